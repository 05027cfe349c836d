import { messageOf } from '../core/causes.ts';
import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { newestRevision, type Revision } from '../helm/history.ts';
import { entryOf, type HeldRelease, markOf, outcomeOf } from '../release/journal.ts';
import { goodReleases, type Ledger, type Operation, type Phase } from '../release/ledger/ledger.ts';
import { returnTo } from '../release/restore/returnTo.ts';
import { undo } from '../release/restore/undo.ts';
import { stage } from '../report/stage.ts';
import { verify } from './verify.ts';

/** What is to be done about an operation whose run died. */
export type Recovery = 'nothing was changed' | 'finish' | 'undo' | 'leave it';

/** Failures after which the release is known for what it is, so that the next one can follow. */
const known: readonly string[] = ['NOT_RESTORED', 'RESTORED', 'RESTORED_UNVERIFIED'];

/**
 * What comes first for whoever has taken the lease: finishes or undoes what a run that died has left, in a stage of its own.
 * @returns the ledger as it is then
 */
export async function recover(ctx: Context & HeldRelease): Promise<Ledger> {
  const found = await ctx.journal.read();
  const { operation } = found;
  if (!operation) return found;
  await stage(ctx, 'recover', ({ summary }) => recoverFrom(ctx, operation, summary));
  return ctx.journal.read();
}

/**
 * Finishes or undoes what a run that died has left half done; the lease is held, so nobody else is at it. Afterwards the
 * release is as good as it can be made: verified, or live but with a chart that has no tests, or not there at all. Where no release
 * can be brought back, the next one has to mend it: that is a note in the report, and no reason to stop.
 * @param summary told what was done
 */
export async function recoverFrom(
  ctx: HeldRelease,
  operation: Operation,
  summary: (text: string) => void,
): Promise<void> {
  const died = `a run of ${operation.by} died in the phase ${operation.phase}`;
  const tell = (text: string) => {
    summary(`${died}${text}`);
    ctx.report.notes.push(`${died}${text}`);
  };
  try {
    tell(await finishOrUndo(ctx, operation, died));
  } catch (error) {
    if (!(error instanceof PipelineError) || !known.includes(error.code)) throw error;
    const how = error.code === 'NOT_RESTORED' ? ', and what it left could not be undone' : '';
    tell(`${how}: ${error.message}`);
  }
}

async function finishOrUndo(ctx: HeldRelease, operation: Operation, died: string): Promise<string> {
  const { client, journal } = ctx;
  await client.waitForHooks();
  const revisions = await client.history();
  const newest = revisions.at(-1)?.revision ?? null;
  const ended = async (outcome: 'failed' | 'interrupted', revision: number | null, reason: string) => ({
    ...entryOf(operation, { kind: operation.kind ?? 'deploy', outcome, revision, reason }),
    ...(await markOf(client, revision)),
  });

  // What came of the release itself was written down when its undoing began.
  const undoing = undoingPhases.includes(operation.phase);
  const isOurs = undoing || (await client.isMadeFor(newest ?? 0, operation.image));
  const how = recovery(operation, revisions, isOurs);
  if (how === 'leave it') {
    if (undoing) await journal.abandon();
    else {
      // Of ours it is known by what it may be found again, should somebody go back to it by hand.
      const own = operation.revision ?? null;
      const mark = (await client.isMadeFor(own ?? 0, operation.image)) ? await markOf(client, own) : {};
      await journal.record({ ...(await ended('interrupted', null, died)), ...mark }, null);
    }
    return newest === null
      ? '; the release was removed by hand since then'
      : `; revision ${newest} was made live by hand since then, and stays`;
  }
  if (operation.kind === 'rollback') {
    const target = goodReleases((await journal.read()).entries).find(({ key }) => key === operation.key);
    if (target) {
      await keepEvidence(ctx, operation, newest);
      await returnTo(ctx, operation, target);
      return '; the release that it was to bring back is live and tested';
    }
  }
  if (how === 'nothing was changed') {
    await journal.record(await ended('interrupted', null, died), null);
    return ', before it had changed anything';
  }
  if (how === 'finish') {
    try {
      await finish(ctx, operation, newest ?? 0);
      const verified = (await journal.read()).entries.at(-1)?.outcome === 'verified';
      return verified
        ? '; its release works and is verified now'
        : '; its release is live now, and its chart has no tests that would say whether it works';
    } catch (error) {
      journal.lease.assertHeld();
      if (!(error instanceof PipelineError)) throw error;
      await keepEvidence(ctx, operation, newest);
      const outcome = outcomeOf(error);
      const left = await undo(ctx, operation, await ended(outcome, newest, messageOf(error)));
      // A cluster that did not answer says nothing against the release, which may be tried again.
      const why = outcome === 'failed' ? 'does not work' : 'could not be tried';
      return left === null
        ? `; its release ${why}, and the one before is back`
        : `; its release, the first, ${why}: ${left}`;
    }
  }
  await keepEvidence(ctx, operation, newest);
  const left = await undo(ctx, operation, undoing ? null : await ended('interrupted', newest, died));
  return left === null ? '; what was live before is back' : `, in the first installation: ${left}`;
}

const undoingPhases: readonly Phase[] = ['rollback', 'wait-rollback', 'test-rollback', 'uninstall'];

/** A note says where it is: the run that died can tell nobody. */
async function keepEvidence(ctx: HeldRelease, { before }: Operation, newest: number | null): Promise<void> {
  if (newest === null) return;
  const where = (await ctx.client.collectEvidence({ revision: newest, before: before || null })).at(-1);
  if (where) ctx.report.notes.push(`how it was left: ${where}`);
}

const deploying: readonly Phase[] = ['upgrade', 'wait', 'test'];

/**
 * Decides by what was written down and by what Helm has.
 * @param revisions Helm's, oldest first
 * @param isOurs whether the newest may be the operation's by what is in it
 */
export function recovery(
  { kind, phase, before, revision = Number.POSITIVE_INFINITY }: Operation,
  revisions: readonly Revision[],
  isOurs: boolean,
): Recovery {
  const newest = revisions.at(-1);
  // Helm counts from 1 again after somebody has removed the release.
  const least = kind === 'rollback' ? before : before + 1;
  const isGone = newestRevision(revisions) < least && phase !== 'upgrade' && phase !== 'uninstall';
  const isLater = newest !== undefined && (newest.revision > revision || (newest.revision > before && !isOurs));
  if (isGone ? newest?.status !== 'failed' : isLater && newest.status === 'deployed') return 'leave it';
  if (phase === 'uninstall') return newest ? 'undo' : 'nothing was changed';
  if ((phase === 'upgrade' || kind === 'rollback') && newestRevision(revisions) <= before) return 'nothing was changed';
  const done = newest?.status === 'deployed' && newest.revision > before;
  return done && deploying.includes(phase) ? 'finish' : 'undo';
}

async function finish(ctx: HeldRelease, operation: Operation, revision: number): Promise<void> {
  await ctx.journal.phase('wait');
  await ctx.client.waitForRevision(revision);
  await ctx.client.assertRunsImage(operation.image);
  await verify(ctx, revision);
}
