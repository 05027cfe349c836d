import { isObject } from '../core/values.ts';
import type { ManifestObject } from '../helm/manifest.ts';
import type { V1Container, V1PodSpec } from '../kube/plain.ts';
import { runsImage, type WantedImage } from './template.ts';

/** The checks of our chart, with the pod that they are part of. */
export interface ChartChecks {
  spec: V1PodSpec;
  container: V1Container;
  /** What the container runs, asking the pod's own address. */
  command: string[];
}

/**
 * Finds the test pod of our chart, and lets its checks ask the pod that they run in. Tests of other charts are not run: nobody knows what
 * they ask, and where.
 * @param without names of checks to leave out
 */
export function chartChecks(
  objects: readonly ManifestObject[],
  image: WantedImage,
  port: number | null,
  without: readonly string[] = [],
): ChartChecks | null {
  if (port === null) return null;
  for (const { kind, metadata, ...rest } of objects) {
    if (kind !== 'Pod' || !metadata.annotations?.['helm.sh/hook']?.split(',').includes('test')) continue;
    const spec = rest['spec'] as V1PodSpec;
    const container = spec.containers.find(({ name }) => name === 'checks');
    const command = container && runsImage(container, image) ? pointed(container, port, without) : null;
    if (container && command) return { spec, container, command };
  }
  return null;
}

/** Its arguments are its source, what to ask for, two more sources, and name and source of each check: see checks.py of the chart. */
function pointed({ command = [], args = [] }: V1Container, port: number, without: readonly string[]): string[] | null {
  const [source, asked, visit, runner, ...checks] = args;
  if (command.join(' ') !== 'python -c' || !source || !asked || !visit || !runner) return null;
  const wanted = parsed(asked);
  if (!wanted || !('service' in wanted) || !('visits' in wanted)) return null;
  const kept = checks.filter((_, index) => !without.includes(checks[index - (index % 2)] ?? ''));
  // The pages are asked for by the rehearsal itself, with the patience that a start takes.
  const here = JSON.stringify({ ...wanted, service: '127.0.0.1', port, visits: [] });
  return [...command, source, here, visit, runner, ...kept];
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
