import type { Client } from '@dagger.io/dagger';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Cluster, Step } from '../../core/context.ts';
import { staticKubeconfig, withKubeconfig } from '../kubeconfig.ts';
import { isLoopback, loopbackHost } from './loopback.ts';

/** The name by which containers reach an API server on this machine's loopback interface. */
const alias = 'kubernetes';

/**
 * The cluster of a kubeconfig. A server on 127.0.0.1 (kind, k3d, minikube) works, too: containers reach it through this
 * process's session.
 * @param path where the kubeconfig was read, for people
 */
export function givenCluster(dag: Client, kube: KubeConfig, path: string): Cluster {
  const { protocol, hostname, port } = new URL(kube.getCurrentCluster()?.server ?? '');
  const local = isLoopback(hostname);
  const number = Number(port || (protocol === 'http:' ? 80 : 443));
  const server = local ? `${protocol}//${alias}:${number}` : undefined;
  const service = () => dag.host().service([{ frontend: number, backend: number }], { host: loopbackHost(hostname) });
  const bind: Step = (ctr) => (local ? ctr.withServiceBinding(alias, service()) : ctr);
  return {
    description: `${kube.getCurrentContext()} of ${path}`,
    exclusive: false,
    kube,
    reach: async () => {
      // Each time: tests and a wait for another run may take longer than a token of a plugin is good for.
      const text = await staticKubeconfig(kube, server);
      return (ctr) => ctr.with(bind).with(withKubeconfig(dag, text));
    },
  };
}
