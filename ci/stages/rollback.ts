import { PipelineError } from '../errors.ts';
import type { Book } from '../release/book.ts';
import { entryOf } from '../release/book.ts';
import type { ReleaseContext } from '../release/restore.ts';
import { undo } from '../release/undo.ts';

/**
 * Undoes a deployment that failed: brings back the newest release that passed its tests, and tests it again. A first
 * installation is removed, without its data.
 * @param why the failure, in one sentence
 * @throws PipelineError NOT_RESTORED, RESTORED_UNVERIFIED
 */
export async function rollback(ctx: ReleaseContext, book: Book, why: string): Promise<void> {
  const { operation } = await book.read();
  if (!operation) throw new Error('there is no operation to undo');
  const { report, config } = ctx;
  const revision = report.revision?.after ?? null;
  const failed = entryOf(operation, { kind: 'deploy', outcome: 'failed', revision, reason: why });
  const left = await undo(ctx, book, operation, [operation.key], failed);
  if (left !== null)
    throw new PipelineError('NOT_RESTORED', `there is no earlier release of ${config.release} to go back to`);
}
