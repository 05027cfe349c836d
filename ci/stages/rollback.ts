import { PipelineError } from '../core/errors.ts';
import { apiMessage } from '../kube/apiError.ts';
import { type Book, entryOf } from '../release/journal.ts';
import type { ReleaseContext } from '../release/restore/restore.ts';
import { undo } from '../release/restore/undo.ts';
import { speaksAgainst } from '../release/speaksAgainst.ts';
import { failedTests } from '../release/testsOf.ts';

/**
 * Undoes a deployment that failed: brings back the newest release that passed its tests, and tests it again. A first
 * installation is removed, without its data. A failure that does not speak against the release is written down as an interruption,
 * after which the same may be tried again.
 * @throws PipelineError NOT_RESTORED, RESTORED_UNVERIFIED
 */
export async function rollback(ctx: ReleaseContext, book: Book, failure: unknown): Promise<void> {
  const { operation } = await book.read();
  if (!operation) throw new Error('there is no operation to undo');
  const { report, config } = ctx;
  const revision = report.revision?.after ?? null;
  const outcome = speaksAgainst(failure) ? 'failed' : 'interrupted';
  const told = { revision, reason: apiMessage(failure), ...failedTests(failure) };
  const ended = entryOf(operation, { kind: 'deploy', outcome, ...told });
  const left = await undo(ctx, book, operation, outcome === 'failed' ? [operation.key] : [], ended);
  if (left !== null)
    throw new PipelineError('NOT_RESTORED', `there is no earlier release of ${config.release} to go back to`);
}
