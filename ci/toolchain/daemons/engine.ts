import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../../core/errors.ts';
import { type Part, part } from '../parts/part.ts';
import { type Paths, sources } from '../paths.ts';
import { runningDaemon, startDaemon, stopDaemon } from './daemon.ts';
import { discard } from './discard.ts';
import { engineNetwork } from './engineNetwork.ts';
import { endLeftovers } from './leftovers.ts';

/** What the engine and everything it runs may know of the host's environment. */
const passedOn = ['PATH', 'LANG', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

// The engine finishes running sessions before it goes.
const stopTimeout = 300_000;

export function engineRecord(paths: Paths): string {
  return join(paths.state, 'engine.json');
}

/** The engine's version: another root or another way to start it is another engine. */
export function engineVersion(root: Part): string {
  return part('', 'engine', [root.key, readFileSync(join(sources, 'engine/run-engine'), 'utf8')]).key;
}

/**
 * Starts the engine unless this very one runs, and waits until its socket answers. One of another version is stopped first.
 * @throws PipelineError TOOLCHAIN when it does not come up, with the last lines of its log
 */
export async function startEngine(paths: Paths, root: Part, signal: AbortSignal): Promise<void> {
  const recordFile = engineRecord(paths);
  const logFile = join(paths.logs, 'engine.log');
  const version = engineVersion(root);
  if (runningDaemon(recordFile)?.version !== version) {
    await stopEngine(paths);
    await endLeftovers();
    const network = engineNetwork(paths.engine, readFileSync('/proc/net/route', 'utf8'));
    // Nor does it begin with what another life of it has left. Of images that it has pulled it forgets, when it stops, how their layers
    // were compressed, and compresses them anew: one commit would get another digest than on an engine that has pulled them itself.
    discard(paths.engine);
    rmSync(logFile, { force: true });
    const env = Object.fromEntries(passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
    startDaemon({
      name: 'engine',
      argv: [
        'unshare',
        '--mount',
        '--propagation',
        'private',
        'sh',
        join(sources, 'engine/run-engine'),
        root.path,
        paths.engine,
        network.name,
        network.cidr,
      ],
      env: { HOME: '/root', ...env },
      logFile,
      recordFile,
      version,
    });
  }
  const socket = paths.runnerHost.slice('unix://'.length);
  while (!(await answers(socket))) {
    signal.throwIfAborted();
    if (!runningDaemon(recordFile)) {
      const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15);
      throw new PipelineError('TOOLCHAIN', `the engine does not start; log: ${logFile}`, { details: lines });
    }
    await sleep(100);
  }
}

/** Stops the engine and waits for it. @throws PipelineError TOOLCHAIN when it is still there after five minutes */
export async function stopEngine(paths: Paths): Promise<void> {
  if (!(await stopDaemon(engineRecord(paths), stopTimeout))) {
    throw new PipelineError('TOOLCHAIN', 'the engine has not stopped within five minutes', {
      details: ['It is left running: what it has started would outlive a kill.'],
    });
  }
}

/** Whether something accepts connections on a Unix socket. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
    socket.setTimeout(2000, () => end(false));
  });
}
