import type { Context } from '../context.ts';
import { stage } from '../report/stage.ts';
import type { Book } from './book.ts';
import type { Ledger } from './ledger.ts';
import { recover } from './recover.ts';

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
