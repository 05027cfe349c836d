import { messageOf } from '../../core/causes.ts';
import type { ReleaseContext } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { history } from '../../helm/history.ts';
import { retry } from '../../kube/retry.ts';
import { entryOf, failedTests, type HeldRelease, outcomeOf, recordLive } from '../journal.ts';
import { reinstateRevision } from '../ledger/archive.ts';
import type { Target } from '../ledger/ledger.ts';
import { type Entry, identityOf, type Operation, verifiedReleases } from '../ledger/ledger.ts';
import { currentHolder } from '../lock/holder.ts';
import { helmOperation, overrideConflicts } from '../rollout/helmOperation.ts';
import { helmTest } from '../rollout/helmTest.ts';
import { waitForHooks } from '../rollout/waitForHooks.ts';
import { waitForRevision } from '../rollout/waitForRollout.ts';
import { describeLive } from '../state/describeLive.ts';
import { assertRunsImage } from '../state/runsImage.ts';

/** So many verified releases are tried, one after the other. */
export const mostAttempts = 3;

/**
 * Brings back the newest release that passed its tests, and tests it again; when it fails them now, the one before it,
 * and so on. The operation in the ledger is closed when one is live and verified.
 * @param operation what has failed or was interrupted
 * @param failed keys of releases that are not gone back to
 * @param older used when the ledger knows of no verified release
 * @returns the entry of what is live now
 * @throws PipelineError NOT_RESTORED saying what is live, RESTORED_UNVERIFIED; and what says nothing about a release, such as CLUSTER
 */
export async function restore(
  ctx: HeldRelease,
  operation: Operation,
  failed: readonly string[],
  older: Target | null = null,
): Promise<Entry> {
  const { entries } = await ctx.journal.read();
  const known: Target[] = verifiedReleases(entries).filter(({ key }) => !failed.includes(key));
  const targets = known.length > 0 ? known.slice(0, mostAttempts) : older ? [older] : [];
  const problems: string[] = [];
  for (const target of targets) {
    try {
      return await restoreOne(ctx, operation, target);
    } catch (error) {
      ctx.journal.lease.assertHeld();
      // What says nothing about this release would be the same with an older one.
      const isBad = outcomeOf(error) === 'failed' || (error instanceof PipelineError && error.code === 'NOT_RESTORED');
      if (!(error instanceof PipelineError) || !isBad) throw error;
      problems.push(`${nameOf(target)}: ${messageOf(error)}`, ...error.details);
    }
  }
  const { release } = ctx.config;
  if (targets.length === 0) ctx.report.live = await describeLive(ctx, entries);
  const why =
    targets.length === 0
      ? `there is no release of ${release} that passed its tests`
      : `${targets.length === 1 ? 'the only release' : `none of ${targets.length} releases`} of ${release} that could be gone back to works${targets.length === 1 ? ' no more' : ''}`;
  throw new PipelineError('NOT_RESTORED', why, { details: problems });
}

/**
 * Brings back one release and tests it. The operation is closed when it is live; else it is left open.
 * @throws PipelineError saying in which step it failed; RESTORED_UNVERIFIED when it is live, but its chart has no tests
 */
export async function restoreOne(ctx: HeldRelease, operation: Operation, target: Target): Promise<Entry> {
  const { config, report } = ctx;
  const { release } = ctx.place;
  const wanted = identityOf(target);
  // Who restores need not be who failed.
  const { by } = currentHolder(ctx.runId, config.buildNumber);
  const started = { ...operation, ...wanted, run: ctx.runId, by, startedAt: new Date().toISOString() };
  let revision: number | null = null;
  let suites: string[] = [];
  try {
    await ctx.journal.phase('rollback');
    report.live = `unknown: ${nameOf(target)} was being put back`;
    const there = await reinstateRevision(ctx.place, target);
    if (there === null)
      throw new PipelineError('NOT_RESTORED', `neither Helm nor the ledger still has revision ${target.revision}`);
    revision = await rollBack(ctx, there);
    await ctx.journal.phase('wait-rollback');
    await waitForRevision(ctx, revision);
    await retry(() => assertRunsImage(ctx, target.image));
    report.live = `revision ${revision} of ${release} (${nameOf(target)}), restored, not tested yet`;
    await ctx.journal.phase('test-rollback');
    suites = await helmTest(ctx);
  } catch (error) {
    ctx.journal.lease.assertHeld();
    if (!(error instanceof PipelineError)) throw error;
    const outcome = outcomeOf(error);
    if (revision === null) report.live = await describeLive(ctx, (await ctx.journal.read()).entries);
    else if (outcome === 'failed')
      report.live = `revision ${revision} of ${release} (${nameOf(target)}), which does not work: ${error.message}`;
    const told = { revision, reason: error.message, ...failedTests(error) };
    await ctx.journal.record(entryOf(started, { kind: 'rollback', outcome, ...told }), 'rollback');
    throw error;
  }
  const written = await recordLive(ctx, started, { kind: 'rollback', revision }, suites);
  if (suites.length === 0) {
    report.live = `revision ${revision} of ${release} (${nameOf(target)}), restored; its chart has no tests`;
    throw new PipelineError('RESTORED_UNVERIFIED', `${nameOf(target)} is back, but its chart has no tests`);
  }
  report.live = `revision ${revision} of ${release} (${nameOf(target)}), restored and tested again`;
  return written;
}

/** Helm's own rollback, to a revision that it has. @returns the new revision */
async function rollBack(ctx: ReleaseContext, revision: number): Promise<number> {
  const { release, namespace, deployTimeout } = ctx.config;
  const where = ['--namespace', namespace, '--timeout', `${deployTimeout}s`];
  const args = ['rollback', release, String(revision), ...where, ...overrideConflicts];
  await waitForHooks(ctx);
  const { exitCode, why, lines, evidence } = await helmOperation(ctx, args);
  if (exitCode !== 0)
    throw new PipelineError('NOT_RESTORED', `the rollback to revision ${revision} failed: ${why}`, {
      details: [...lines.slice(-10), ...evidence],
    });
  return (await history(ctx)).at(-1)?.revision ?? 0;
}

function nameOf({ commit, revision }: Target): string {
  return commit ? `commit ${commit.slice(0, 12)}` : `revision ${revision}`;
}
