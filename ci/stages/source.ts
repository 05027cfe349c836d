import type { Context } from '../core/context.ts';
import { fingerprint, partsOfRun } from '../fingerprint/fingerprint.ts';
import { type Chart, loadChart } from '../helm/chart.ts';
import { loadSource, type Source } from '../source/loadSource.ts';
import type { PreparedSource } from '../source/prepareSource.ts';

/** What is delivered: the source, and the chart that it goes with. */
export interface Delivery extends Source {
  chart: Chart;
}

/**
 * Loads the prepared source and the chart into the engine. The report says what they are afterwards, and has the fingerprint of the run: all that decides
 * it is known then.
 * @param summary told the fingerprint
 * @throws CHART, CHART_DEPENDENCIES
 */
export async function source(
  ctx: Pick<Context, 'dag' | 'config' | 'images' | 'report'>,
  prepared: PreparedSource,
  summary: (text: string) => void = () => {},
): Promise<Delivery> {
  const { report } = ctx;
  const loaded = await loadSource(ctx.dag, prepared);
  const { commit, author, subject, ref, dirty } = loaded;
  report.source = { commit, author, subject, ref, dirty };
  const chart = await loadChart(ctx);
  report.fingerprint = fingerprint(await partsOfRun(ctx, prepared, chart.hash));
  summary(`fingerprint ${report.fingerprint.value}`);
  return { ...loaded, chart };
}
