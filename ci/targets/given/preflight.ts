import { type KubeConfig, VersionApi } from '@kubernetes/client-node';
import type { Config } from '../../core/config.ts';
import { PipelineError } from '../../core/errors.ts';
import { within } from '../../core/waiting.ts';
import { requireRights } from '../../kube/rights.ts';
import { loadKubeconfig } from '../kubeconfig.ts';
import { registryApi } from './registry.ts';

/**
 * Makes sure that the registry and the cluster that the user named answer, before minutes are spent on an engine.
 * @returns the kubeconfig, when one was given
 * @throws PipelineError REGISTRY, KUBECONFIG, CLUSTER, FORBIDDEN
 */
export async function preflight(
  { registry, kubeconfig, context, namespace }: Pick<Config, 'registry' | 'kubeconfig' | 'context' | 'namespace'>,
  signal: AbortSignal,
): Promise<{ kube?: KubeConfig }> {
  if (registry) await registryAnswers(registry.split('/')[0] ?? '', signal);
  if (!kubeconfig) return {};
  const kube = loadKubeconfig(kubeconfig, context);
  await clusterAnswers(kube);
  await requireRights(kube, namespace);
  return { kube };
}

// Any answer of a registry will do, also one that asks for credentials: whether they are right shows at the push.
async function registryAnswers(host: string, signal: AbortSignal): Promise<void> {
  const url = `${registryApi(host)}/v2/`;
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(8_000)]) });
    await response.body?.cancel();
  } catch (cause) {
    signal.throwIfAborted();
    const why =
      cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
    throw new PipelineError('REGISTRY', `the registry ${host} does not answer`, { details: [`${url}: ${why}`], cause });
  }
}

async function clusterAnswers(kube: KubeConfig): Promise<void> {
  const server = kube.getCurrentCluster()?.server ?? '';
  try {
    await within(10_000, kube.makeApiClient(VersionApi).getCode());
  } catch (cause) {
    const why =
      cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
    const refused = (cause as { code?: unknown } | null)?.code === 401;
    const what = refused
      ? 'does not take the credentials of the kubeconfig (a token may have expired)'
      : 'does not answer';
    throw new PipelineError('CLUSTER', `the cluster at ${server} ${what}`, {
      details: why.split('\n').slice(0, 5),
      cause,
    });
  }
}
