import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@dagger.io/dagger';
import type { Images } from '../../../context.ts';
import type { Log } from '../../../log.ts';
import { type Embedded, embedded } from '../../../targets/embedded.ts';
import { engine, withSession } from '../../../targets/engine.ts';
import { afterAll } from '../../harness.ts';
import { removeLeftNamespaces } from './namespace.ts';
import { type PrivateRegistry, privateRegistry } from './privateRegistry.ts';

/** What all end-to-end tests share: one session, one cluster; each test has a namespace of its own. */
export interface Shared extends Embedded {
  dag: Client;
  images: Images;
  /** A second registry, on the loopback interface, that wants a password: as a user's own would. */
  privateRegistry: PrivateRegistry;
}

/** Quiet: the reporter speaks. What the pipeline says is in the folder of the reports. */
export const log: Log = {
  info: () => {},
  warn: () => {},
  step: (_name, work) => work(() => {}),
};
const folder = join(import.meta.dirname, '../../../../reports/e2e');

let opened: Promise<Shared> | undefined;
let close = () => {};

/** Opened by the first test that needs it, closed after the last. */
export function shared(): Promise<Shared> {
  opened ??= open();
  return opened;
}

async function open(): Promise<Shared> {
  const signal = new AbortController().signal;
  const found = await engine(process.env, log, signal);
  mkdirSync(folder, { recursive: true });
  const ready = Promise.withResolvers<Shared>();
  const closing = new Promise<void>((resolve) => {
    close = resolve;
  });
  const session = withSession(found, createWriteStream(join(folder, 'engine.log')), async (dag) => {
    const runId = randomBytes(6).toString('hex');
    const registry = await privateRegistry(dag, found.images);
    const both = await embedded(dag, found.images, log, runId, signal, registry.hostRegistry);
    await removeLeftNamespaces(both);
    ready.resolve({ dag, images: found.images, ...both, privateRegistry: registry });
    await closing;
  });
  session.catch((error) => ready.reject(error));
  afterAll(async () => {
    close();
    await session;
  });
  return ready.promise;
}
