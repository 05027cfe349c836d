import { PipelineError } from '../core/errors.ts';
import type { Book } from './journal.ts';
import type { ReleaseContext } from './restore/restore.ts';
import { endPending } from './rollout/unlock.ts';

/**
 * Does what is to undo an operation, and closes the operation where that cannot be done: it is known then for what it is, and a
 * person, or the next deployment, goes on from there. No run would do better by trying the same again.
 * @throws what `work` throws
 */
export async function orGiveUp<T>(ctx: ReleaseContext, book: Book, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'NOT_RESTORED') {
      await endPending(ctx);
      await book.abandon();
    }
    throw error;
  }
}
