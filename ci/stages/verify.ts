import type { ReleaseContext } from '../core/context.ts';
import { type Book, conclude } from '../release/journal.ts';
import { verify } from '../release/rollout/helmTest.ts';

/**
 * Tests the release that was just deployed, and writes down that it passed. The operation in the ledger is closed then.
 * @param revision Helm's
 * @param summary told which tests passed
 * @throws PipelineError VERIFY
 */
export async function prove(
  ctx: ReleaseContext,
  book: Book,
  revision: number,
  summary: (text: string) => void = () => {},
): Promise<void> {
  await book.phase('test');
  const suites = await verify(ctx, summary);
  const { operation } = await book.read();
  if (!operation) throw new Error('there is no operation to close');
  await conclude(ctx, book, operation, { kind: 'deploy', revision }, suites);
}
