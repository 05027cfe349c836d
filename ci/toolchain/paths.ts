import { homedir } from 'node:os';
import { join } from 'node:path';

/** This folder: the sources of the parts lie in it. */
export const sources: string = import.meta.dirname;

/** Where the toolchain keeps what it builds and runs: outside the checkout, under the user's cache folder. */
export interface Paths {
  root: string;
  /** Finished parts, one folder each, named after the part and the hash of what it is made of. */
  parts: string;
  /** Logs of builds and of the two daemons. */
  logs: string;
  /** Process ids and ports of the daemons, and the lock. */
  state: string;
  /** The engine's own state; its socket lies in `run`. */
  engine: string;
  /** The mirror's images. */
  mirror: string;
  /** The address of the engine, as the Dagger CLI takes it. */
  runnerHost: string;
}

/**
 * @param env the environment; XDG_CACHE_HOME and HOME are read
 * @returns the folders, none of them created yet
 */
export function paths(env: NodeJS.ProcessEnv): Paths {
  const cache = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  const root = join(cache, 'django-delivery-pipeline');
  return {
    root,
    parts: join(root, 'parts'),
    logs: join(root, 'logs'),
    state: join(root, 'state'),
    engine: join(root, 'engine'),
    mirror: join(root, 'mirror'),
    runnerHost: `unix://${join(root, 'engine', 'run', 'dagger', 'engine.sock')}`,
  };
}
