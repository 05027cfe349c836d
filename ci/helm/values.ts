import type { Directory, File } from '@dagger.io/dagger';
import type { Context, Step } from '../core/context.ts';
import { readChartValues } from './chartValues.ts';

/** The values of an app's own repository, for this project's chart. */
const valuesOfApp = 'helm-values.yaml';

/** Where a container has the chart. */
export const chartInside = '/pipeline/chart';

/** A values file on its way into a container. */
export interface ValuesFile {
  /** As its owner knows it. */
  path: string;
  /** Its path in the container. */
  inside: string;
  file: File;
}

/** Chart and values of a release. */
export interface ReleaseValues {
  /** From the weakest to the strongest. */
  files: ValuesFile[];
  /** Arguments for Helm that name the files, and the settings that are stronger still. */
  args: string[];
  /** Brings chart and files into a container. */
  mounts: Step;
}

/** Everybody's values for the release: those in the app's repository, then --values, then --set. The image is not among them. */
export async function releaseValues(
  { dag, config }: Pick<Context, 'dag' | 'config'>,
  source: { directory: Directory },
): Promise<ReleaseValues> {
  const files = config.values.map((path, index) => ({
    path,
    inside: `/pipeline/values/${index}.yaml`,
    file: dag.host().file(path, { noCache: true }),
  }));
  if ((await source.directory.glob(valuesOfApp)).length > 0 && readChartValues(config.chart) !== '') {
    const inside = '/pipeline/values/app.yaml';
    files.unshift({ path: valuesOfApp, inside, file: source.directory.file(valuesOfApp) });
  }
  const chart = dag.host().directory(config.chart, { noCache: true });
  return {
    files,
    args: [
      ...files.flatMap(({ inside }) => ['--values', inside]),
      ...config.set.flatMap((setting) => ['--set', setting]),
    ],
    mounts: (ctr) =>
      files.reduce((all, { inside, file }) => all.withMountedFile(inside, file), ctr.withDirectory(chartInside, chart)),
  };
}
