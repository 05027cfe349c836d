import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Directory } from '@dagger.io/dagger';
import type { Context } from '../core/context.ts';
import type { Chart } from './chart.ts';
import { chartInside, imageArguments, type ReleaseValues } from './values.ts';

/** What Helm makes of one set of values. */
export interface RenderedSet {
  /** `release`, or the file in the chart's `ci` folder. */
  name: string;
  /** Whether both `helm lint` and `helm template` were content. */
  passed: boolean;
  lint: string;
  template: string;
  manifests: string;
}

/** Stands for the image, which is not built yet. */
const image = {
  repository: 'image.invalid/not-built-yet',
  tag: 'none',
  digest: `sha256:${'0'.repeat(64)}`,
  reference: '',
};

// The sets that a chart offers in ci/*-values.yaml are those that chart-testing uses, too.
const script = `
version=$1 release=$2 namespace=$3
shift 3
render() {
  out=/out/$1
  shift
  mkdir -p "$out"
  helm lint . --strict --kube-version "$version" --namespace "$namespace" "$@" > "$out/lint" 2>&1
  lint=$?
  helm template "$release" . --kube-version "$version" --namespace "$namespace" "$@" > "$out/manifests.yaml" 2> "$out/template"
  echo "$lint $?" > "$out/codes"
}
if [ $# -gt 0 ]; then
  render release "$@"
else
  mkdir /out
  for file in ci/*-values.yaml; do
    [ -f "$file" ] && render "$(basename "$file")" --values "$file"
  done
fi
exit 0
`;

/**
 * Renders the chart with the values of the release, and with each of its own `ci/*-values.yaml`, without a cluster.
 * @param kubeVersion of the cluster, such as `v1.35.4`
 * @returns the folder with a subfolder for each set, and what is in it
 */
export async function renderChart(
  { dag, config, images }: Pick<Context, 'dag' | 'config' | 'images'>,
  chart: Chart,
  { args, mounts }: ReleaseValues,
  kubeVersion: string,
): Promise<{ folder: Directory; sets: RenderedSet[] }> {
  const { release, namespace } = config;
  const prepared = dag
    .container()
    .from(images.tools)
    .withDirectory(chartInside, chart.beside)
    .with(mounts)
    .withWorkdir(chartInside);
  const all = [...args, ...imageArguments(chart.values, image)];
  const rendered = (...values: string[]) =>
    prepared.withExec(['sh', '-c', script, 'render', kubeVersion, release, namespace, ...values]).directory('/out');
  // Apart, since the engine has the chart's own sets in its cache until the chart changes.
  const folder = rendered().withDirectory('/', rendered(...all));
  const here = mkdtempSync(join(tmpdir(), 'rendered-'));
  try {
    // All at once: each file that the engine is asked for takes as long as the whole folder.
    await folder.export(here);
    return {
      folder,
      sets: readdirSync(here)
        .sort()
        .map((name) => readSet(here, name)),
    };
  } finally {
    rmSync(here, { recursive: true });
  }
}

function readSet(folder: string, name: string): RenderedSet {
  const read = (file: string) => readFileSync(join(folder, name, file), 'utf8');
  return {
    name,
    passed: read('codes').trim() === '0 0',
    lint: read('lint'),
    template: read('template'),
    manifests: read('manifests.yaml'),
  };
}
