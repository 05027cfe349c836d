import type { Client } from '@dagger.io/dagger';
import type { Config } from '../config.ts';
import type { Images } from '../context.ts';
import { requireRights } from '../kube/requireRights.ts';
import type { Log } from '../log.ts';
import type { Cluster } from './cluster.ts';
import { embedded } from './embedded.ts';
import { givenCluster } from './givenCluster.ts';
import { givenRegistry } from './givenRegistry.ts';
import type { Registry } from './registry.ts';

/**
 * Registry and cluster, each given or embedded. An embedded one may be used with a given other.
 * @throws PipelineError REGISTRY, KUBECONFIG, CLUSTER, FORBIDDEN
 */
export async function targets(
  dag: Client,
  images: Images,
  config: Config,
  log: Log,
  runId: string,
  signal: AbortSignal,
): Promise<{ registry: Registry; cluster: Cluster }> {
  const registry = config.registry ? await givenRegistry(dag, config.registry, config, signal) : undefined;
  const cluster = config.kubeconfig ? await givenCluster(dag, config.kubeconfig, config.context) : undefined;
  if (cluster) await requireRights(cluster.kube, config.namespace);
  if (registry && cluster) return { registry, cluster };
  const ours = await embedded(dag, images, log, runId, signal, registry?.hostRegistry);
  return { registry: registry ?? ours.registry, cluster: cluster ?? ours.cluster };
}
