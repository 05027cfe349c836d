import type { ReleaseContext } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { notCheckedText } from '../core/report.ts';
import { history, type Revision } from '../helm/history.ts';
import { changedByHand } from '../release/drift/changedByHand.ts';
import { collectEvidence } from '../release/evidence/evidence.ts';
import { outcomeOf } from '../release/journal.ts';
import { hasRevision } from '../release/ledger/archive.ts';
import { type Entry, isGood } from '../release/ledger/ledger.ts';
import { helmTest } from '../release/rollout/helmTest.ts';
import { assertRunsImage } from '../release/state/runsImage.ts';

/** Something that is not as it should be. */
interface Problem {
  what: string;
  details: readonly string[];
}

/**
 * Checks that what is live is the newest release that passed its tests, or came up where its chart has none, that it runs as it
 * was meant to, and that it passes its tests now. All that is wrong is told at once. Nothing is changed, but for the pods of the
 * tests.
 * @param entries of the ledger
 * @param summary told what was found well
 * @param waitMs how long a pod that is being replaced may take
 * @param test see ReleaseClient.test
 * @throws PipelineError UNHEALTHY with what is wrong; CLUSTER when that cannot be found out
 */
export async function health(
  ctx: ReleaseContext,
  entries: readonly Entry[],
  summary: (text: string) => void,
  waitMs?: number,
  test = () => helmTest(ctx),
): Promise<void> {
  const { config, report } = ctx;
  const { release, namespace } = config;
  const where = `${release} in namespace ${namespace}`;
  const meant = entries.findLast(isGood);
  if (!meant) throw new PipelineError('UNHEALTHY', `no release of ${where} is known that has ever come up`);
  const newest = (await history(ctx)).at(-1);
  if (!newest) throw new PipelineError('UNHEALTHY', `there is no release ${where} any more`);
  report.revision = { before: newest.revision, after: null };

  const problems = await anotherRevision(ctx, newest, meant);
  for (const line of await changedByHand(ctx, newest.revision, meant)) problems.push({ what: line, details: [] });
  problems.push(...(await problemIn(() => assertRunsImage(ctx, meant.image, waitMs))));
  let suites: string[] = [];
  problems.push(
    ...(await problemIn(async () => {
      suites = await test();
    })),
  );
  const name = `revision ${newest.revision} of ${where} (commit ${meant.commit.slice(0, 12)})`;
  if (problems.length === 0) {
    report.live = `${name}, ${report.untested ? 'not tested: its chart has no tests' : 'tested again'}`;
    const tests = report.untested ? 'nothing was tested' : `tests passed: ${suites.join(', ')}`;
    const said = [`revision ${newest.revision} runs as it was meant to`, tests, notCheckedText(report)];
    summary(said.filter((part) => part !== null).join('; '));
    return;
  }
  report.live = `revision ${newest.revision} of ${where}, which is not well`;
  const before = meant.revision === newest.revision ? null : meant.revision;
  const evidence = await collectEvidence(ctx, { revision: newest.revision, before });
  throw new PipelineError('UNHEALTHY', `${release}: ${inOneSentence(problems)}`, {
    details: [...problems.flatMap(({ details }) => details), ...evidence],
  });
}

async function anotherRevision(
  { place }: ReleaseContext,
  { revision, status }: Revision,
  meant: Entry,
): Promise<Problem[]> {
  const how = meant.outcome === 'verified' ? 'passed its tests' : 'was meant to be';
  const problem = (what: string): Problem[] => [{ what: `revision ${revision} is ${what}`, details: [] }];
  if (revision !== meant.revision) return problem(`${status}, but revision ${meant.revision} ${how}`);
  if (status !== 'deployed') return problem(status);
  // After `helm uninstall` Helm counts from 1 again.
  return (await hasRevision(place, meant))
    ? []
    : problem(`not the one of this number that ${how}: somebody installed it`);
}

async function problemIn(check: () => Promise<void>): Promise<Problem[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    // No room for a test says nothing of the release, and nobody is needed at night for it.
    if (error.code === 'NOT_TRIED')
      throw new PipelineError('CLUSTER', error.message, { details: error.details, cause: error });
    if (outcomeOf(error) !== 'failed') throw error;
    return [{ what: error.message, details: error.details }];
  }
}

/** The rest of many is in the notes and details. */
function inOneSentence(problems: readonly Problem[], most = 4): string {
  const shown = problems.slice(0, most).map(({ what }) => what);
  return [...shown, ...(problems.length > most ? [`and ${problems.length - most} more`] : [])].join('; ');
}
