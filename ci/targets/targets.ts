import type { Client } from '@dagger.io/dagger';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Config } from '../core/config.ts';
import type { Cluster, Log, Registry } from '../core/context.ts';
import type { Images } from '../core/images.ts';
import { failingAs } from '../dagger/engineFailure.ts';
import { embedded } from './embedded/embedded.ts';
import { givenCluster } from './given/cluster.ts';
import { givenRegistry } from './given/registry.ts';

/**
 * Registry and cluster, each given or embedded. The embedded cluster may be used with a given registry.
 * @param given what `preflight` found
 * @throws PipelineError EMBEDDED when an embedded one does not start
 */
export async function targets(
  dag: Client,
  images: Images,
  config: Config,
  { kube }: { kube?: KubeConfig },
  log: Log,
  runId: string,
  signal: AbortSignal,
): Promise<{ registry: Registry; cluster: Cluster }> {
  const registry = config.registry ? givenRegistry(dag, config.registry, config) : undefined;
  const cluster = kube ? givenCluster(dag, kube, config.kubeconfig ?? '') : undefined;
  // Whoever has a cluster, and pushes nothing, needs no registry; and no node of theirs could pull from the embedded one.
  if (cluster) return { registry: registry ?? noRegistry, cluster };
  const ours = await started(images, embedded(dag, images, log, runId, signal, registry?.hostRegistry));
  return { registry: registry ?? ours.registry, cluster: ours.cluster };
}

/** These images are the first that a run pulls: where there is no way to them, it shows here. */
export function started<T>(images: Images, starting: Promise<T>): Promise<T> {
  const { tools, registry, kubernetes } = images;
  return failingAs('EMBEDDED', 'the embedded registry and cluster did not start', () => starting, [
    `the images are: tools=${tools}, registry=${registry}, kubernetes=${kubernetes}`,
  ]);
}

/** In the place of one, for what pushes nothing. */
export const noRegistry: Registry = {
  description: 'no registry',
  repositoryPrefix: '',
  publish: () => Promise.reject(new Error('there is no registry to push to')),
  request: () => Promise.reject(new Error('there is no registry to ask')),
};
