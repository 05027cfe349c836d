import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import { ingressController as compiled } from '../../../toolchain/ingress/controller.ts';
import { paths } from '../../../toolchain/paths.ts';
import { namespace } from './namespace.ts';
import { cleanUp } from './place.ts';
import { log, type Shared, shared } from './shared.ts';

/** The ports of the node behind which the controller's Service listens. */
export interface IngressController {
  all: Shared;
  http: number;
  https: number;
}

const manifest = readFileSync(join(import.meta.dirname, 'ingress-controller.yaml'), 'utf8');

// Takes minutes once. It is begun when the files of a lane are loaded, and so has mostly been done when their tests come to it.
const compiling = compiled(paths(process.env), log, new AbortController().signal);
compiling.catch(() => {}); // whoever asks for it is told

/** Installs Traefik, which serves the Ingresses of class `nginx`, in the embedded cluster. */
export async function ingressController(): Promise<IngressController> {
  const binary = await compiling;
  const all = await shared();
  const { dag, registry, cluster } = all;
  // Static, so there is nothing else in the image.
  const image = dag
    .container()
    .withFile('/traefik', dag.host().file(binary), { permissions: 0o755 })
    .withEntrypoint(['/traefik']);
  const reference = await registry.publish(image, `${registry.repositoryPrefix}/ingress-controller`, 'e2e');
  const name = await namespace(all, 'ingress-controller');
  const text = manifest.replaceAll('NAMESPACE', name).replaceAll('IMAGE', reference);
  await kubectl(all, text, 'kubectl apply --filename /manifest.yaml');
  cleanUp(() => kubectl(all, text, 'kubectl delete --wait=false --filename /manifest.yaml'));
  const rollout = `kubectl --namespace ${name} rollout status deployment/ingress-controller --timeout 60s`;
  await kubectl(all, text, `${rollout} || { kubectl --namespace ${name} describe pods; exit 1; }`);
  const service = await cluster.kube
    .makeApiClient(CoreV1Api)
    .readNamespacedService({ name: 'ingress-controller', namespace: name });
  const port = (of: string) => service.spec?.ports?.find(({ name: each }) => each === of)?.nodePort ?? 0;
  return { all, http: port('http'), https: port('https') };
}

async function kubectl({ dag, images, cluster }: Shared, text: string, script: string): Promise<string> {
  return dag
    .container()
    .from(images.tools)
    .with(await cluster.reach())
    .withNewFile('/manifest.yaml', text)
    .withEnvVariable('NONCE', randomUUID())
    .withExec(['sh', '-c', script])
    .stdout();
}
