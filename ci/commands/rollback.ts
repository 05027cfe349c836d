import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { deployedRevision, newestRevision } from '../helm/history.ts';
import { begunBy, type HeldRelease } from '../release/journal.ts';
import {
  type Entry,
  goodReleases,
  identityOf,
  isGood,
  isSame,
  type Operation,
  type Target,
} from '../release/ledger/ledger.ts';
import { returnTo } from '../release/restore/returnTo.ts';
import { withRelease } from '../release/withRelease.ts';
import { stage } from '../report/stage.ts';
import { recover } from '../stages/recover.ts';

/**
 * Does by hand what the pipeline does after a failure: under the same lease, with the same checks. Where what was chosen does not
 * work any more, what was live before comes back.
 * @throws PipelineError NO_SUCH_RELEASE, RESTORED, NOT_RESTORED, RESTORED_UNVERIFIED
 */
export async function rollBackByHand(ctx: Context): Promise<void> {
  await withRelease(ctx, null, goBack);
}

/** The same for whoever holds the release. */
export async function goBack(held: Context & HeldRelease): Promise<void> {
  const { config, report, client, journal } = held;
  const { entries } = await recover(held);
  const revisions = await client.history();
  const deployed = deployedRevision(revisions);
  const live = deployed === null ? null : await client.identify(deployed, entries);
  const target = chooseTarget(entries, config.to, config.release, live);
  if (!(await client.isAvailable(target)))
    throw new PipelineError(
      'NO_SUCH_RELEASE',
      `number ${target.number} of ${config.release} is nowhere any more, neither with Helm nor in the archive`,
    );
  const before = newestRevision(revisions);
  const operation: Operation = {
    ...identityOf(target),
    ...begunBy(held),
    ...{ phase: 'rollback', kind: 'rollback', before, live },
  };
  await journal.begin(operation);
  report.revision = { before };
  const entry = await stage(held, 'rollback', async ({ summary }) => {
    const evidence = await client.collectEvidence({ revision: before, before: target.revision });
    summary(`what was live before: ${evidence.at(-1)}`);
    return returnTo(held, operation, target);
  });
  report.revision = { before, after: entry.revision };
}

/**
 * The release to go back to: the one with the number, else the newest that was live and is not now. Of the same release the newest
 * revision is taken.
 * @param live what is live
 */
export function chooseTarget(
  entries: readonly Entry[],
  to: number | undefined,
  release: string,
  live: Pick<Target, 'key' | 'manifestHash'> | null,
): Entry {
  const key = entries.find((entry) => entry.number === to && isGood(entry))?.key;
  const found = goodReleases(entries).find((entry) =>
    to === undefined ? !live || !isSame(entry, live) : entry.key === key,
  );
  if (found) return found;
  const what = to === undefined ? 'no other release' : `no release with the number ${to}`;
  throw new PipelineError('NO_SUCH_RELEASE', `there is ${what} of ${release} that was live and works`);
}
