import { randomBytes } from 'node:crypto';
import { CoreV1Api } from '@kubernetes/client-node';
import { cleanUp, type Place } from './place.ts';

const prefix = 'e2e-';

/** Of a namespace whose pods must satisfy the PodSecurity standard `restricted`. */
export const restricted: Record<string, string> = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
};

/** Makes a namespace for the tests of one file, which is removed after them. */
export async function namespace(
  { cluster }: Place,
  purpose: string,
  labels: Record<string, string> = {},
): Promise<string> {
  const core = cluster.kube.makeApiClient(CoreV1Api);
  const name = `${prefix}${purpose}-${randomBytes(3).toString('hex')}`;
  await core.createNamespace({ body: { metadata: { name, labels } } });
  cleanUp(() => core.deleteNamespace({ name }));
  return name;
}

/** Removes what tests that were killed have left: the cluster keeps its state from run to run. */
export async function removeLeftNamespaces({ cluster }: Pick<Place, 'cluster'>): Promise<void> {
  const core = cluster.kube.makeApiClient(CoreV1Api);
  for (const { metadata } of (await core.listNamespace()).items) {
    if (metadata?.name?.startsWith(prefix)) await core.deleteNamespace({ name: metadata.name });
  }
}
