import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Image } from '../stages/publish.ts';

/**
 * The settings that make a chart run exactly this image. A chart that knows `image.digest` gets it; any other gets
 * `tag@digest` for its tag: it writes `repository:tag`, and that is then a reference by digest.
 * @param values the chart's values.yaml as text
 * @returns arguments for Helm
 */
export function imageArguments(values: string, { repository, tag, digest }: Image): string[] {
  const image: unknown = (parse(values) as { image?: unknown } | null)?.image;
  const byDigest = typeof image === 'object' && image !== null && 'digest' in image;
  const settings = byDigest ? { repository, tag, digest } : { repository, tag: `${tag}@${digest}` };
  return Object.entries(settings).flatMap(([key, value]) => ['--set-string', `image.${key}=${value}`]);
}

/** The chart's own values.yaml; a chart may do without. */
export function readChartValues(chart: string): string {
  const file = join(chart, 'values.yaml');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Whether the chart names other charts that it does not bring along. */
export function needsDependencies(chart: string): boolean {
  const { dependencies } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as { dependencies?: unknown[] };
  return Boolean(dependencies?.length) && !existsSync(join(chart, 'charts'));
}
