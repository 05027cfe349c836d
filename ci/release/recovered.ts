import type { Context } from '../core/context.ts';
import { stage } from '../report/stage.ts';
import { recover } from '../stages/recover.ts';
import type { Book } from './journal.ts';
import type { Ledger } from './ledger/ledger.ts';

/**
 * What comes first for whoever has taken the lease: finishes or undoes what a run that died has left, in a stage of its own.
 * @returns the ledger as it is then
 */
export async function recovered(ctx: Context, book: Book): Promise<Ledger> {
  const found = await book.read();
  const { operation } = found;
  if (!operation) return found;
  await stage(ctx, 'recover', ({ summary }) => recover(ctx, book, operation, summary));
  return book.read();
}
