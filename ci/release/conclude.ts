import { type Book, entryOf } from './journal.ts';
import { keepCopy } from './keepCopy.ts';
import type { Entry, NewEntry, Operation } from './ledger/ledger.ts';
import type { ReleaseContext } from './restore/restore.ts';
import { testsOf } from './testsOf.ts';

/**
 * Writes down that a release is live, and closes the operation that made it so. It is verified by the tests that it has passed; of one
 * that is, a copy is kept.
 * @param suites names of the tests that passed; none: its chart has no tests
 * @returns the entry
 */
export async function conclude(
  ctx: ReleaseContext,
  book: Book,
  operation: Operation,
  { kind, revision }: Pick<NewEntry, 'kind' | 'revision'>,
  suites: string[],
): Promise<Entry> {
  const outcome = suites.length > 0 ? 'verified' : 'unverified';
  const entry = entryOf(operation, { kind, outcome, revision, ...testsOf(suites) });
  const kept = outcome === 'verified' ? await keepCopy(ctx, entry, (await book.read()).entries) : {};
  return book.write({ ...entry, ...kept }, null);
}
