import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Container, ReturnType } from '@dagger.io/dagger';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { root } from '../../../core/program.ts';
import { cleanUp } from './place.ts';
import type { Shared } from './shared.ts';

const k8s = join(root, 'k8s');

/** A namespace as an administrator makes it with k8s/. */
export interface Administered {
  namespace: string;
  /** The deployer's, as kubeconfig.sh has made it, for this machine. */
  deployer: KubeConfig;
}

/** A shell with kubectl, the administrator's rights, and k8s/ in /k8s. */
export async function administrator({ dag, images, cluster }: Shared): Promise<Container> {
  return dag
    .container()
    .from(images.tools)
    .with(await cluster.reach())
    .withDirectory('/k8s', dag.host().directory(k8s, { noCache: true }))
    .withEnvVariable('NONCE', randomBytes(6).toString('hex'));
}

/** Runs a script there. @returns what it has printed; a failure is an error with its words */
export async function runs(ctr: Container, script: string): Promise<string> {
  const ran = ctr.withExec(['sh', '-euc', script], { expect: ReturnType.Any });
  if ((await ran.exitCode()) !== 0) throw new Error(`${script}: ${await ran.stderr()}`);
  return ran.stdout();
}

/** Applies k8s/ for a namespace of its own, which is removed after the tests of the file, with a Secret for the private registry. */
export async function administered(all: Shared): Promise<Administered> {
  const { dag, privateRegistry, cluster } = all;
  const namespace = `e2e-deployer-${randomBytes(3).toString('hex')}`;
  const overlay = (base: string) => `namespace: ${namespace}\nresources: [${base}]\n`;
  cleanUp(() => cluster.kube.makeApiClient(CoreV1Api).deleteNamespace({ name: namespace }));
  const made = (await administrator(all))
    .withNewFile('/site/kustomization.yaml', overlay('../k8s'))
    .withNewFile('/pull/kustomization.yaml', overlay('../k8s/registry'))
    .withMountedSecret('/run/password', dag.setSecret(`password-${namespace}`, privateRegistry.password));
  const script = `
    kubectl apply -k /site
    /k8s/registry/dockerconfigjson.sh ${privateRegistry.name} ${privateRegistry.username} < /run/password
    kubectl apply --server-side -k /pull
    until kubectl -n ${namespace} get serviceaccount default; do sleep 0.2; done
    /k8s/deployer/kubeconfig.sh ${namespace} /deployer 1h`;
  const text = await made.withExec(['sh', '-euc', script]).file('/deployer').contents();
  const deployer = new KubeConfig();
  deployer.loadFromString(text);
  // The node's name inside the session; from this machine it is reached as the administrator's kubeconfig says.
  const server = cluster.kube.getCurrentCluster()?.server ?? '';
  deployer.clusters = deployer.clusters.map((one) => ({ ...one, server }));
  return { namespace, deployer };
}
