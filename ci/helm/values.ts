import type { Directory, File } from '@dagger.io/dagger';
import { parse } from 'yaml';
import type { Context, PublishedImage, Step } from '../core/context.ts';
import type { Chart } from './chart.ts';

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
  { directory, chart }: { directory: Directory; chart: Chart },
): Promise<ReleaseValues> {
  const files = config.values.map((path, index) => ({
    path,
    inside: `/pipeline/values/${index}.yaml`,
    file: dag.host().file(path, { noCache: true }),
  }));
  if ((await directory.glob(valuesOfApp)).length > 0 && chart.values !== '') {
    const inside = '/pipeline/values/app.yaml';
    files.unshift({ path: valuesOfApp, inside, file: directory.file(valuesOfApp) });
  }
  return {
    files,
    args: [
      ...files.flatMap(({ inside }) => ['--values', inside]),
      ...config.set.flatMap((setting) => ['--set', setting]),
    ],
    mounts: (ctr) =>
      files.reduce(
        (all, { inside, file }) => all.withMountedFile(inside, file),
        ctr.withDirectory(chartInside, chart.directory),
      ),
  };
}

/**
 * The settings that make a chart run exactly this image. A chart that knows `image.digest` gets it; any other gets
 * `tag@digest` for its tag: it writes `repository:tag`, and that is then a reference by digest.
 * @param values the chart's values.yaml as text
 * @returns arguments for Helm
 */
export function imageArguments(values: string, { repository, tag, digest }: PublishedImage): string[] {
  const image: unknown = (parse(values) as { image?: unknown } | null)?.image;
  const byDigest = typeof image === 'object' && image !== null && 'digest' in image;
  const settings = byDigest ? { repository, tag, digest } : { repository, tag: `${tag}@${digest}` };
  return Object.entries(settings).flatMap(([key, value]) => ['--set-string', `image.${key}=${value}`]);
}
