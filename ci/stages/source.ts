import type { Context } from '../core/context.ts';
import { fingerprint, partsOfRun } from '../fingerprint/fingerprint.ts';
import { loadSource, type Source } from '../source/loadSource.ts';
import type { PreparedSource } from '../source/prepareSource.ts';

/**
 * Loads the prepared source into the engine. The report says what it is afterwards, and has the fingerprint of the run: all that decides
 * it is known then.
 * @param summary told the fingerprint
 */
export async function source(
  ctx: Pick<Context, 'dag' | 'config' | 'images' | 'report'>,
  prepared: PreparedSource,
  summary: (text: string) => void = () => {},
): Promise<Source> {
  const { report } = ctx;
  const loaded = await loadSource(ctx.dag, prepared);
  const { commit, author, subject, ref, dirty } = loaded;
  report.source = { commit, author, subject, ref, dirty };
  report.fingerprint = fingerprint(await partsOfRun(ctx, prepared));
  summary(`fingerprint ${report.fingerprint.value}`);
  return loaded;
}
