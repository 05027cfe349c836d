import { PipelineError } from '../errors.ts';
import { history } from '../helm/history.ts';
import { apiMessage } from '../kube/apiMessage.ts';
import type { Book } from '../release/book.ts';
import { entryOf } from '../release/book.ts';
import { rollbackTarget } from '../release/ledger.ts';
import { olderTarget } from '../release/olderTarget.ts';
import { removeFirstInstall } from '../release/removeFirstInstall.ts';
import { type ReleaseContext, restore } from '../release/restore.ts';
import { speaksAgainst } from '../release/speaksAgainst.ts';
import { failedTests } from '../release/testsOf.ts';

/**
 * Undoes a deployment that failed: brings back the newest release that passed its tests, and tests it again. A first
 * installation is removed, without its data. A failure that does not speak against the release is written down as an interruption,
 * after which the same may be tried again.
 * @throws PipelineError NOT_RESTORED, RESTORED_UNVERIFIED
 */
export async function rollback(ctx: ReleaseContext, book: Book, failure: unknown): Promise<void> {
  const { operation, entries } = await book.read();
  if (!operation) throw new Error('there is no operation to undo');
  const { report, config } = ctx;
  const revision = report.revision?.after ?? null;
  const older = olderTarget(await history(ctx), operation.before);
  const outcome = speaksAgainst(failure) ? 'failed' : 'interrupted';
  const bad = outcome === 'failed' ? [operation.key] : [];
  const first = operation.before === 0 && !rollbackTarget(entries, bad);
  const ended = entryOf(operation, {
    ...{ kind: 'deploy', outcome, revision, reason: apiMessage(failure) },
    ...failedTests(failure),
  });
  await book.write(ended, first ? 'uninstall' : 'rollback');
  try {
    if (!first) {
      await restore(ctx, book, operation, bad, older);
      return;
    }
    const left = await removeFirstInstall(ctx);
    report.live = `nothing that works: the failed first installation of ${config.release} was ${left}`;
  } catch (error) {
    // Known for what it is; a person, or the next deployment, goes on from here.
    if (error instanceof PipelineError && error.code === 'NOT_RESTORED') await book.abandon();
    throw error;
  }
  await book.abandon();
  throw new PipelineError('NOT_RESTORED', `there is no earlier release of ${config.release} to go back to`);
}
