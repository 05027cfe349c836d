import type { Client } from '@dagger.io/dagger';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Config } from '../config.ts';
import type { Images } from '../context.ts';
import type { Log } from '../log.ts';
import type { Cluster } from './cluster.ts';
import { embedded } from './embedded.ts';
import { givenCluster } from './givenCluster.ts';
import { givenRegistry } from './givenRegistry.ts';
import type { Registry } from './registry.ts';

/**
 * Registry and cluster, each given or embedded. An embedded one may be used with a given other.
 * @param given what `reachGiven` found
 * @throws PipelineError CLUSTER when an embedded one does not start
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
  if (registry && cluster) return { registry, cluster };
  const ours = await embedded(dag, images, log, runId, signal, registry?.hostRegistry);
  return { registry: registry ?? ours.registry, cluster: cluster ?? ours.cluster };
}
