import type { Environment } from '../config/from/environment.ts';

/**
 * The longest time for cleaning up after the first signal.
 *
 * Outside of `dagger run`: build servers kill what has not ended 15 to 20 s later. GitHub sends SIGTERM 7.5 s after SIGINT,
 * which would be the second signal and end us in the middle of something, and kills 2.5 s after that.
 *
 * Inside, two others have a clock running (read in their sources, Dagger CLI 0.21.8 and Jenkins 2.x):
 * - `dagger run` catches SIGINT alone: it ends its session, sends SIGTERM, and SIGKILL 10 s later (`--cleanup-timeout`).
 *   At SIGTERM it dies at once; the session is gone with it, and nobody ends us.
 * - Jenkins, when a build is aborted, sends SIGTERM to the processes of the step, children before their parents. It waits
 *   5 s for us, then ends the parents and sends us a second SIGTERM, which ends us. The step is over when its shell is, so
 *   that Jenkins collects the reports from then on.
 * The report is written at the first signal, and the message then has one attempt of 4 s: both are within these 5 s.
 * @returns milliseconds
 */
export function cleanUpTime(env: Environment): number {
  if (env['DAGGER_SESSION_PORT']) return 4_500;
  return env['GITHUB_ACTIONS'] ? 7_000 : 12_000;
}
