import type { Book } from '../release/book.ts';
import { entryOf } from '../release/book.ts';
import { keepCopy } from '../release/keepCopy.ts';
import type { ReleaseContext } from '../release/restore.ts';
import { testsOf } from '../release/testsOf.ts';
import { verify } from './verify.ts';

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
  const { operation, entries } = await book.read();
  if (!operation) throw new Error('there is no operation to close');
  const outcome = suites.length > 0 ? 'verified' : 'unverified';
  const entry = entryOf(operation, { kind: 'deploy', outcome, revision, ...testsOf(suites) });
  const kept = outcome === 'verified' ? await keepCopy(ctx, entry, entries) : {};
  await book.write({ ...entry, ...kept }, null);
}
