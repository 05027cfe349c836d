import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runningDaemon } from '../../../toolchain/daemons/daemon.ts';
import { discard } from '../../../toolchain/daemons/discard.ts';
import { engineRecord, stopEngine } from '../../../toolchain/daemons/engine.ts';
import { stopMirror } from '../../../toolchain/daemons/mirror.ts';
import { paths } from '../../../toolchain/paths.ts';
import { afterAll } from '../../harness.ts';

/** A toolchain beside the machine's, as another user's would be. */
export interface OwnToolchain {
  /** Makes the program use it, also beside a session on the machine's engine. */
  env: NodeJS.ProcessEnv;
  stopEngine(): Promise<void>;
  /** kill -9 of its engine, which loses with it all that it had built. */
  killEngine(): void;
}

/** What it has in common with the machine's: all that takes minutes to build or room on the disk, and is never changed. */
const common = ['parts', 'mirror', 'compiled'];

/**
 * For tests that end an engine: no other test loses what the machine's engine has built, and none has to wait. Its engine and its
 * mirror are started by the first run that needs them, and end after the last test. What a test run that was killed has left of it is
 * ended first. It is to be had by one process at a time.
 */
export async function ownToolchain(): Promise<OwnToolchain> {
  const machine = paths(process.env);
  const cache = join(dirname(machine.root), 'pipeline-tests'); // a socket's path may have 107 characters
  const own = paths({ XDG_CACHE_HOME: cache });
  const end = async () => {
    await stopEngine(own);
    await stopMirror(own);
    discard(cache);
  };
  await end();
  afterAll(end);
  mkdirSync(own.root, { recursive: true });
  for (const folder of common) symlinkSync(join(machine.root, folder), join(own.root, folder));
  return {
    env: {
      XDG_CACHE_HOME: cache,
      _EXPERIMENTAL_DAGGER_RUNNER_HOST: undefined,
      _EXPERIMENTAL_DAGGER_CLI_BIN: undefined,
    },
    stopEngine: () => stopEngine(own),
    killEngine() {
      const engine = runningDaemon(engineRecord(own));
      if (!engine) throw new Error('its engine does not run');
      process.kill(engine.pid, 'SIGKILL');
    },
  };
}
