import { KubeConfig } from '@kubernetes/client-node';
import { PipelineError } from '../core/errors.ts';
import { reuseConnections } from '../kube/connections.ts';

/** Reads a kubeconfig and chooses its context. @throws PipelineError KUBECONFIG naming the contexts there are */
export function loadKubeconfig(path: string, context: string | undefined): KubeConfig {
  const kube = reuseConnections(new KubeConfig());
  try {
    kube.loadFromFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PipelineError('KUBECONFIG', `${path} is no kubeconfig`, { details: [why], cause });
  }
  const names = kube.getContexts().map(({ name }) => name);
  const wanted = context ?? kube.getCurrentContext();
  if (!wanted || !names.includes(wanted)) {
    const there = names.length > 0 ? `it has: ${names.join(', ')}` : 'it has none';
    throw new PipelineError('KUBECONFIG', `${path} has no context ${wanted || 'chosen; give --context'}`, {
      details: [there],
    });
  }
  kube.setCurrentContext(wanted);
  const server = kube.getCurrentCluster()?.server;
  if (!server || !URL.canParse(server)) {
    throw new PipelineError('KUBECONFIG', `the cluster of context ${wanted} in ${path} has no server address`);
  }
  return kube;
}
