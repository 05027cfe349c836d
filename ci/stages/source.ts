import type { Context } from '../core/context.ts';
import { loadSource, type Source } from '../source/loadSource.ts';
import type { PreparedSource } from '../source/prepareSource.ts';

/** Loads the prepared source into the engine, and notes in the report what it is. */
export async function source(
  { dag, report }: Pick<Context, 'dag' | 'report'>,
  prepared: PreparedSource,
): Promise<Source> {
  const loaded = await loadSource(dag, prepared);
  const { commit, author, subject, ref, dirty } = loaded;
  report.source = { commit, author, subject, ref, dirty };
  return loaded;
}
