import { createHash } from 'node:crypto';
import type { Client } from '@dagger.io/dagger';
import { KubeConfig, VersionApi } from '@kubernetes/client-node';
import type { Step } from '../context.ts';
import { PipelineError } from '../errors.ts';
import { reuseConnections } from '../kube/reuseConnections.ts';
import { within } from '../within.ts';
import type { Cluster } from './cluster.ts';
import { isLoopback } from './loopback.ts';
import { staticKubeconfig } from './staticKubeconfig.ts';

/** The name by which containers reach an API server on this machine's loopback interface. */
const alias = 'kubernetes';

/**
 * The cluster of a kubeconfig, known to answer. A server on 127.0.0.1 (kind, k3d, minikube) works, too: containers
 * reach it through this process's session.
 * @param path of the kubeconfig
 * @throws PipelineError KUBECONFIG, CLUSTER
 */
export async function givenCluster(dag: Client, path: string, context: string | undefined): Promise<Cluster> {
  const kube = loadKubeconfig(path, context);
  const server = kube.getCurrentCluster()?.server ?? '';
  await answers(kube, server);
  const { protocol, hostname, port } = new URL(server);
  const local = isLoopback(hostname);
  const number = Number(port || (protocol === 'http:' ? 80 : 443));
  const text = await staticKubeconfig(kube, local ? `${protocol}//${alias}:${number}` : undefined);
  const bind: Step = (ctr) =>
    local
      ? ctr.withServiceBinding(alias, dag.host().service([{ frontend: number, backend: number }], { host: hostname }))
      : ctr;
  return {
    description: `${kube.getCurrentContext()} of ${path}`,
    exclusive: false,
    kube,
    reach: (ctr) => ctr.with(bind).with(withKubeconfig(dag, text)),
  };
}

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

/** Hands a kubeconfig to a container as a secret file. The secret is named after its content: Dagger caches by name. */
export function withKubeconfig(dag: Client, text: string): Step {
  const name = `kubeconfig-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  return (ctr) =>
    ctr
      .withMountedSecret('/run/kubeconfig', dag.setSecret(name, text))
      .withEnvVariable('KUBECONFIG', '/run/kubeconfig');
}

async function answers(kube: KubeConfig, server: string): Promise<void> {
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
