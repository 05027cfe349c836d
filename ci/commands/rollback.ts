/** What the commands do in a session that are not the delivery itself. */
import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { history } from '../helm/history.ts';
import { collectEvidence } from '../release/evidence/evidence.ts';
import { type Entry, identityOf, verifiedNow, verifiedReleases } from '../release/ledger/ledger.ts';
import { currentHolder } from '../release/lock/holder.ts';
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
  const { config, report, runId } = ctx;
  await withRelease(ctx, null, async (held) => {
    const { entries } = await recover(held);
    const target = chooseTarget(entries, config.to, config.release);
    const before = (await history(ctx)).at(-1)?.revision ?? 0;
    const { by } = currentHolder(runId, config.buildNumber);
    const operation = {
      ...identityOf(target),
      run: runId,
      by,
      startedAt: new Date().toISOString(),
      phase: 'rollback' as const,
      kind: 'rollback' as const,
      before,
    };
    await held.journal.begin(operation);
    report.revision = { before };
    const entry = await stage(ctx, 'rollback', async ({ summary }) => {
      const evidence = await collectEvidence(ctx, { revision: before, before: target.revision });
      summary(`what was live before: ${evidence.at(-1)}`);
      return returnTo(held, operation, target);
    });
    report.revision = { before, after: entry.revision };
  });
}

/**
 * The release to go back to: the one with the number, else the newest that passed its tests and is not live. Of the same release the
 * newest revision is taken, which is the one that is kept when Helm forgets the others.
 */
export function chooseTarget(entries: readonly Entry[], to: number | undefined, release: string): Entry {
  const live = verifiedNow(entries)?.key;
  const key = entries.find(({ number, outcome }) => number === to && outcome === 'verified')?.key;
  const found = verifiedReleases(entries).find((entry) => (to === undefined ? entry.key !== live : entry.key === key));
  if (found) return found;
  const what = to === undefined ? 'no other release' : `no release with the number ${to}`;
  throw new PipelineError('NO_SUCH_RELEASE', `there is ${what} of ${release} that passed its tests`);
}
