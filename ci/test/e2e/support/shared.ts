import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import type { Client } from '@dagger.io/dagger';
import type { Log } from '../../../core/context.ts';
import { withSession } from '../../../dagger/session.ts';
import { type Embedded, embedded } from '../../../targets/embedded/embedded.ts';
import { type Engine, engine } from '../../../targets/engine.ts';
import { afterAll } from '../../harness.ts';
import { removeLeftNamespaces } from './namespace.ts';
import { cleanAll, type Place } from './place.ts';
import { type PrivateRegistry, privateRegistry } from './privateRegistry.ts';

/** What the tests on the embedded cluster share; each has a namespace of its own. */
export interface Shared extends Embedded, Place {
  /** A second registry, on the loopback interface, that wants a password: as a user's own would. */
  privateRegistry: PrivateRegistry;
}

/** Quiet: the reporter speaks. What the pipeline says is in the folder of the reports. */
export const log: Log = {
  info: () => {},
  warn: () => {},
  step: (_name, work) => work(() => {}),
  abandon: () => {},
};

/**
 * Opens a session for many tests. Silent: the CLI draws its progress again and again from all that has happened in the session, which
 * in one that lasts for half an hour keeps a core busy. Our own log says where the tests are.
 */
export async function longSession(found: Engine, work: (dag: Client) => Promise<void>): Promise<void> {
  const silent = { env: { ...found.env, DAGGER_SILENT: '1' } };
  await withSession(silent, new Writable({ write: (_chunk, _encoding, done) => done() }), work);
}

let closesAtEnd = false;
let opened: Promise<Shared> | undefined;
let close = async () => {};

/**
 * Ends the session, so that a program of its own may have the embedded cluster: the engine lends it to one at a time. The
 * next `shared()` opens another.
 */
export async function closeShared(): Promise<void> {
  const closing = close;
  opened = undefined;
  close = async () => {};
  await closing();
}

/** Opened by the first test that needs it, closed after the last. */
export function shared(): Promise<Shared> {
  if (!closesAtEnd) afterAll(closeShared);
  closesAtEnd = true;
  opened ??= open();
  return opened;
}

async function open(): Promise<Shared> {
  const signal = new AbortController().signal;
  const found = await engine(process.env, log, signal);
  const ready = Promise.withResolvers<Shared>();
  const end = Promise.withResolvers<void>();
  const session = longSession(found, async (dag) => {
    const runId = randomBytes(6).toString('hex');
    const registry = await privateRegistry(dag, found.images);
    const both = await embedded(dag, found.images, log, runId, signal, registry.hostRegistry);
    await removeLeftNamespaces(both);
    ready.resolve({ dag, images: found.images, ensureImage: found.ensureImage, ...both, privateRegistry: registry });
    await end.promise;
  });
  session.catch((error) => ready.reject(error));
  close = async () => {
    try {
      await cleanAll();
    } finally {
      // Also when something could not be removed: the engine waits for the end of the session.
      end.resolve();
      await session;
    }
  };
  return ready.promise;
}
