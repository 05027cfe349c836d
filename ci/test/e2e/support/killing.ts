import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { Entry } from '../../../release/ledger.ts';
import { runningDaemon } from '../../../toolchain/daemon.ts';
import { engineRecord } from '../../../toolchain/engine.ts';
import { paths } from '../../../toolchain/paths.ts';
import { appOfExample, temporaryFolder } from './apps.ts';
import { chartWithTest } from './charts.ts';
import { nativeCluster } from './nativeCluster.ts';
import { type Program, program } from './program.ts';
import { oneTest } from './releasing.ts';
import { closeShared } from './shared.ts';
import { isVerified, type Watched } from './standing.ts';

/** A release that is deployed again and again, by programs that are killed. */
export interface Killing {
  its: Watched;
  /** Starts the program, with more flags. */
  start: (...more: string[]) => Program;
  /** Flags for another release each time. */
  another: () => string[];
  /** Flags for a release whose `helm test` fails, another each time. */
  failing: () => string[];
}

/** On a cluster outside the engine, which survives whatever is killed. One release is live and verified. */
export async function killing(): Promise<Killing> {
  await closeShared();
  const { kubeconfig, kube, registry } = await nativeCluster();
  const app = appOfExample();
  const its = { kube, namespace: 'kills', release: 'todo' };
  const flags = ['--source', app.folder, '--name', 'todo', '--namespace', its.namespace, '--test-command', 'true'];
  const where = ['--kubeconfig', kubeconfig, '--registry', `${registry.name}/team`];
  let count = 0;
  const start = (...more: string[]) =>
    program([...flags, ...where, ...oneTest, '--reports', temporaryFolder(), ...more]);
  const { code, stderr } = await start().ended;
  assert.is(code, 0, stderr);
  return {
    its,
    start,
    another: () => ['--set', `podAnnotations.count=n${++count}`],
    failing: () => ['--chart', chartWithTest(`echo ${++count}; exit 1`)],
  };
}

/** The next run of any kind ends with a verified release, which is returned, whatever was left; nobody helps it. */
export async function nextIsGood({ its, start, another }: Killing): Promise<Entry> {
  const { code, stderr } = await start(...another()).ended;
  assert.is(code, 0, stderr);
  return isVerified(its);
}

/**
 * Good and bad releases by turns, each ended at a random moment. Each run finds what the one before has left.
 * @param signal SIGTERM goes to all processes of the program, as a build server sends it
 * @param tell is told of each moment, in milliseconds after the start; undefined when the run had ended before
 */
export async function endAtRandom(
  { start, another, failing }: Killing,
  times: number,
  signal: 'SIGKILL' | 'SIGTERM',
  tell: (moment: number | undefined) => void = () => {},
): Promise<void> {
  for (let count = 0; count < times; count++) {
    const run = start(...(count % 2 ? another() : failing()));
    const moment = randomInt(2_000, 25_000);
    await Promise.race([sleep(moment), run.ended]);
    const running = run.child.exitCode === null;
    if (running && signal === 'SIGKILL') killNode(run);
    if (running && signal === 'SIGTERM') run.interrupt(signal);
    await run.ended;
    tell(running ? moment : undefined);
  }
}

/** kill -9 of the program alone: what it has started is on its own. */
export function killNode({ child }: Program): void {
  process.kill(child.pid as number, 'SIGKILL');
}

/** kill -9 of the toolchain's engine, which loses with it all that it had built. */
export function killEngine(): void {
  const engine = runningDaemon(engineRecord(paths(process.env)));
  assert.ok(engine, "the toolchain's engine runs");
  process.kill(engine.pid, 'SIGKILL');
}
