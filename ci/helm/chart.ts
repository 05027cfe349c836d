import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Directory } from '@dagger.io/dagger';
import { parse } from 'yaml';
import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { hashFiles } from '../core/hashFiles.ts';
import { buildDependencies } from './buildDependencies.ts';
import { chartFiles, copyChart } from './chartFiles.ts';
import { missingDependencies } from './dependencies.ts';

/** A chart in the engine. What is checked, what names the release, and what is deployed are one and the same. */
export interface Chart {
  /** What Helm gets, with all that the chart depends on. */
  directory: Directory;
  /** What only the checks look at: see ChartFiles. */
  beside: Directory;
  /** Of all in `directory`, by path and content. The same on every machine. */
  hash: string;
  /** Such as `shop-0.1.0`. */
  title: string;
  /** Its own values.yaml; '' for one that does without. */
  values: string;
}

/**
 * Brings the chart into the engine. To be called once in a run: what a chart depends on may be another the next time.
 * @throws CHART, CHART_DEPENDENCIES
 */
export async function loadChart({ dag, config, images }: Pick<Context, 'dag' | 'config' | 'images'>): Promise<Chart> {
  const temporary = await mkdtemp(join(tmpdir(), 'pipeline-chart-'));
  try {
    const [copy, others] = [join(temporary, 'chart'), join(temporary, 'beside')];
    const { loaded, beside } = chartFiles(config.chart);
    if (!loaded.includes('Chart.yaml'))
      throw new PipelineError('CHART', `.helmignore of ${config.chart} leaves out Chart.yaml itself`);
    copyChart(config.chart, loaded, copy);
    copyChart(config.chart, beside, others);
    if (missingDependencies(copy).length > 0) await buildDependencies({ dag, images }, copy, config.chart);
    const hash = await hashChart(copy);
    const upload = (path: string) => dag.host().directory(path, { noCache: true }).sync();
    const [directory, rest] = await Promise.all([upload(copy), upload(others)]);
    const text = (name: string) => (existsSync(join(copy, name)) ? readFileSync(join(copy, name), 'utf8') : '');
    const { name, version } = (parse(text('Chart.yaml')) ?? {}) as { name?: string; version?: string };
    return { directory, beside: rest, hash, title: `${name}-${version}`, values: text('values.yaml') };
  } finally {
    await rm(temporary, { recursive: true });
  }
}

/** The hash of what Helm loads of a folder. */
export function hashChart(folder: string): Promise<string> {
  return hashFiles(folder, chartFiles(folder).loaded, { contentsOnly: true });
}
