import type { Context } from '../core/context.ts';
import { fingerprint, partsOfRun } from '../fingerprint/fingerprint.ts';
import { loadSource, type Source } from '../source/loadSource.ts';
import type { PreparedSource } from '../source/prepareSource.ts';

/** The source, and the fingerprint of the run: all that decides it is known then. */
export async function load(ctx: Context, prepared: PreparedSource, summary: (text: string) => void): Promise<Source> {
  const loaded = await source(ctx, prepared);
  ctx.report.fingerprint = fingerprint(await partsOfRun(ctx, prepared));
  summary(`fingerprint ${ctx.report.fingerprint.value}`);
  return loaded;
}

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
