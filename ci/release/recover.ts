import { messageOf } from '../errors/explain.ts';
import { PipelineError } from '../errors.ts';
import { history, type Revision } from '../helm/history.ts';
import { prove } from '../stages/prove.ts';
import { type Book, entryOf } from './book.ts';
import type { Operation } from './ledger.ts';
import { olderTarget } from './olderTarget.ts';
import { removeFirstInstall } from './removeFirstInstall.ts';
import { type ReleaseContext, restore } from './restore.ts';
import { runsImage } from './runsImage.ts';
import { settledHooks } from './settledHooks.ts';
import { waitForRevision } from './waitForRevision.ts';

/** What is to be done about an operation whose run died. */
export type Recovery = 'nothing was changed' | 'finish' | 'undo' | 'remove';

/**
 * Finishes or undoes what a run that died has left half done; the lease is held, so nobody else is at it. Afterwards the
 * release is verified, or not there at all. Where no release can be brought back, the next one has to mend it: that is a
 * note in the report, and no reason to stop.
 * @param summary told what was done
 */
export async function recover(
  ctx: ReleaseContext,
  book: Book,
  operation: Operation,
  summary: (text: string) => void,
): Promise<void> {
  const tell = (text: string) => {
    summary(text);
    ctx.report.notes.push(text);
  };
  try {
    tell(await finishOrUndo(ctx, book, operation));
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'NOT_RESTORED') throw error;
    await book.abandon();
    tell(
      `a run of ${operation.by} died in the phase ${operation.phase}, and what it left could not be undone: ${error.message}`,
    );
  }
}

async function finishOrUndo(ctx: ReleaseContext, book: Book, operation: Operation): Promise<string> {
  await settledHooks(ctx);
  const revisions = await history(ctx);
  const what = `a run of ${operation.by} died in the phase ${operation.phase}`;
  const how = recovery(
    operation,
    revisions,
    (await book.read()).entries.some(({ outcome }) => outcome === 'verified'),
  );
  const interrupted = (revision: number | null) =>
    entryOf(operation, { kind: 'deploy', outcome: 'interrupted', revision, reason: what });
  const newest = revisions.at(-1)?.revision ?? null;
  const older = olderTarget(revisions, operation.before);

  if (how === 'nothing was changed') {
    await book.write(interrupted(null), null);
    return `${what}, before it had changed anything`;
  }
  if (how === 'finish') {
    try {
      await finish(ctx, book, operation, newest ?? 0);
      return `${what}; its release works and is verified now`;
    } catch (error) {
      book.lease.assertHeld();
      if (!(error instanceof PipelineError)) throw error;
      await book.write(
        entryOf(operation, { kind: 'deploy', outcome: 'failed', revision: newest, reason: messageOf(error) }),
        'rollback',
      );
      await restore(ctx, book, operation, [operation.key], older);
      return `${what}; its release does not work, and the one before is back`;
    }
  }
  if (how === 'remove') {
    const left = await removeFirstInstall(ctx);
    await book.write(interrupted(newest), null);
    return `${what}, in the first installation: ${left}`;
  }
  const rollingBack = operation.phase.includes('rollback');
  if (!rollingBack) await book.write(interrupted(newest), 'rollback');
  await restore(ctx, book, operation, rollingBack ? [operation.key] : [], older);
  return `${what}; the last verified release is back`;
}

/**
 * Decides by what was written down and by what Helm has.
 * @param revisions Helm's, oldest first
 * @param verified whether there is a release to go back to
 */
export function recovery({ phase, before }: Operation, revisions: readonly Revision[], verified: boolean): Recovery {
  const newest = revisions.at(-1);
  if (phase === 'uninstall') return newest ? 'remove' : 'nothing was changed';
  if (phase === 'upgrade' && (newest?.revision ?? 0) <= before) return 'nothing was changed';
  const done = newest?.status === 'deployed' && newest.revision > before;
  if (done && (phase === 'wait' || phase === 'test')) return 'finish';
  if (verified) return 'undo';
  return newest && before === 0 ? 'remove' : 'undo';
}

async function finish(ctx: ReleaseContext, book: Book, operation: Operation, revision: number): Promise<void> {
  await book.phase('wait');
  await waitForRevision(ctx, revision);
  await runsImage(ctx, operation.image);
  await prove(ctx, book, revision);
}
