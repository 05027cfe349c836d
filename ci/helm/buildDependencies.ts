import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Container, type Directory, ReturnType } from '@dagger.io/dagger';
import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { chartFiles, copyChart } from './chartFiles.ts';
import { type Dependency, dependenciesOf, localFolders, missingDependencies, replacedEntries } from './dependencies.ts';
import { reason } from './helm.ts';

type EngineContext = Pick<Context, 'dag' | 'images'>;

/** What Helm says of a chart that is at odds with itself, whatever the network does. */
const chartsFault =
  /out of sync|no repository definition|invalid version|valid version for dependency|does not satisfy/;

const repositories = '/pipeline/repositories.yaml';

/**
 * Fills a chart's `charts/` by `helm dependency build`: with what Chart.lock names, or else with the newest that Chart.yaml allows.
 * @param copy a copy of the chart, whose `charts/` is written
 * @param original the chart's own folder, which the paths of `file://` start at
 * @throws CHART where Chart.yaml, Chart.lock and the folders that they name do not go together; CHART_DEPENDENCIES where one is not to be had
 */
export async function buildDependencies(ctx: EngineContext, copy: string, original: string): Promise<void> {
  const dependencies = dependenciesOf(copy);
  const here = realpathSync(original);
  const locals = localFolders(here, dependencies);
  for (const folder of locals)
    if (!existsSync(join(folder, 'Chart.yaml')))
      throw new PipelineError(
        'CHART',
        `Chart.yaml of ${original} names a dependency in ${folder}, where there is no chart`,
      );
  const charts = join(copy, 'charts');
  for (const entry of replacedEntries(copy)) rmSync(join(charts, entry), { recursive: true });

  const temporary = mkdtempSync(join(tmpdir(), 'pipeline-charts-'));
  try {
    const built = await build(ctx, copy, here, locals, dependencies, temporary);
    const exitCode = await built.exitCode();
    if (exitCode !== 0) throw failure(await built.combinedOutput(), original, dependencies);
    rmSync(charts, { recursive: true, force: true });
    mkdirSync(charts);
    await built.directory(join(here, 'charts')).export(charts);
  } finally {
    rmSync(temporary, { recursive: true });
  }
  const missing = missingDependencies(copy);
  if (missing.length > 0)
    throw new PipelineError('CHART', `charts/ of ${original} lacks ${missing.join(', ')} after helm dependency build`);
}

async function build(
  { dag, images }: EngineContext,
  copy: string,
  here: string,
  locals: readonly string[],
  dependencies: readonly Dependency[],
  temporary: string,
): Promise<Container> {
  const upload = (path: string): Directory => dag.host().directory(path, { noCache: true });
  const known = [...new Set(dependencies.map(({ repository }) => repository))].filter((url) => /^https?:/.test(url));
  const prepared = dag
    .container()
    .from(images.tools)
    // Where it is here, so that paths lead to the same folders, whether they start at the chart or not.
    .withDirectory(here, upload(copy))
    // With a lock Helm takes no repository that it has not been told of.
    .withNewFile(repositories, JSON.stringify({ repositories: known.map((url, index) => ({ name: `${index}`, url })) }))
    .withEnvVariable('HELM_REPOSITORY_CONFIG', repositories)
    .withWorkdir(here);
  const all = locals.reduce((ctr, folder, index) => {
    const own = join(temporary, String(index));
    copyChart(folder, chartFiles(folder).loaded, own);
    // Helm packs the times of files, too: the same files make the same archive.
    return ctr.withDirectory(folder, upload(own).withTimestamps(0));
  }, prepared);
  return (
    all
      // What a repository has today is no answer for tomorrow.
      .withEnvVariable('PIPELINE_NONCE', randomUUID())
      .withExec(['helm', 'dependency', 'build', '.'], { expect: ReturnType.Any })
      .sync()
  );
}

function failure(output: string, chart: string, dependencies: readonly Dependency[]): PipelineError {
  const details = output.split('\n').filter((line) => line.trim() !== '');
  const why = reason(details);
  const isLocal = dependencies.every(({ repository }) => /^(file:.*)?$/s.test(repository));
  const code = isLocal || chartsFault.test(why) ? 'CHART' : 'CHART_DEPENDENCIES';
  return new PipelineError(code, `the dependencies of the chart in ${chart} cannot be had: ${why}`, {
    details: details.slice(-10),
  });
}
