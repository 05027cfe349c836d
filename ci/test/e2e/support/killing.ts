import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { Entry } from '../../../release/ledger/ledger.ts';
import { appOfExample, temporaryFolder } from './apps.ts';
import { chartWithTest, leanChart, slowChart } from './charts.ts';
import { nativeCluster } from './nativeCluster.ts';
import { type OwnToolchain, ownToolchain } from './ownToolchain.ts';
import { type Program, program } from './program.ts';
import { oneTest } from './releasing.ts';
import { isVerified, type Watched } from './standing.ts';

/** A release that is deployed again and again, by programs that are killed. */
export interface Killing {
  its: Watched;
  /** Starts the program, with a command, or more flags. */
  run: (...more: string[]) => Program;
  /** Flags for another release each time. */
  another: () => string[];
  /** Flags for one that takes its time to start, and another for its test. */
  slow: () => string[];
  /** Flags for a release whose `helm test` fails, another each time. */
  failing: () => string[];
}

/** With an engine that may be killed as well. */
export interface EngineKilling extends Killing {
  toolchain: OwnToolchain;
}

/** As `killing`, on the same cluster, but in a namespace and with a toolchain of its own. */
export async function engineKilling(): Promise<EngineKilling> {
  await nativeCluster(); // one test run has it, and then the other toolchain too
  const toolchain = await ownToolchain();
  return { ...(await killing('engine-kills', toolchain.env)), toolchain };
}

/**
 * On a cluster outside the engine, which survives whatever is killed. One release is live and verified.
 * @param namespace its own
 * @param env more of the program's environment
 */
export async function killing(namespace: string, env: NodeJS.ProcessEnv = {}): Promise<Killing> {
  const { kube, flags: where } = await nativeCluster();
  const app = appOfExample();
  const its = { kube, namespace, release: 'todo' };
  const flags = ['--source', app.folder, '--name', 'todo', '--namespace', namespace, '--test-command', 'true'];
  const [lean, slow] = [leanChart().folder, slowChart()];
  let count = 0;
  const run = (...more: string[]) =>
    program([...more, ...flags, ...where, ...oneTest, '--reports', temporaryFolder()], env);
  const another = () => ['--chart', lean, '--set', `podAnnotations.count=n${++count}`];
  const { code, stderr } = await run(...another()).ended;
  assert.is(code, 0, stderr);
  return {
    its,
    run,
    another,
    slow: () => ['--chart', slow, '--set', `podAnnotations.count=n${++count}`],
    failing: () => ['--chart', chartWithTest(`echo ${++count}; exit 1`, leanChart())],
  };
}

/** The next delivery ends with a verified release, which is returned, whatever was left; nobody helps it. */
export function nextIsGood(its: Killing): Promise<Entry> {
  return mends(its, its.another());
}

/** So does the next health run, which delivers nothing itself. */
export function nextLookIsGood(its: Killing): Promise<Entry> {
  return mends(its, ['health']);
}

async function mends({ its, run }: Killing, more: readonly string[]): Promise<Entry> {
  const { code, stderr } = await run(...more).ended;
  assert.is(code, 0, stderr);
  return isVerified(its);
}

/**
 * Good and bad releases by turns, each ended at a random moment. After each, the next run has to mend what is left.
 * @param times how many are ended; one that is through before its moment comes does not count
 * @param signal SIGTERM goes to all processes of the program, as a build server sends it
 * @param tell is told of each moment, in milliseconds after the start
 */
export async function endAtRandom(
  its: Killing,
  times: number,
  signal: 'SIGKILL' | 'SIGTERM',
  tell: (moment: number) => void = () => {},
): Promise<void> {
  for (let hits = 0, count = 0; hits < times; count++) {
    const run = its.run(...(count % 2 ? its.another() : its.failing()));
    const moment = randomInt(2_000, 20_000);
    await Promise.race([sleep(moment), run.ended]);
    const running = run.child.exitCode === null;
    if (running && signal === 'SIGKILL') killNode(run);
    if (running && signal === 'SIGTERM') run.interrupt(signal);
    await run.ended;
    if (!running) continue;
    hits++;
    tell(moment);
    await nextLookIsGood(its);
  }
}

/** kill -9 of the program alone: what it has started is on its own. */
export function killNode({ child }: Program): void {
  process.kill(child.pid as number, 'SIGKILL');
}
