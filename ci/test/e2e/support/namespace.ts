import { randomBytes } from 'node:crypto';
import { CoreV1Api } from '@kubernetes/client-node';
import { afterAll } from '../../harness.ts';
import type { Shared } from './shared.ts';

const prefix = 'e2e-';

/** Makes a namespace that is removed after the last test. */
export async function namespace({ cluster }: Shared, purpose: string): Promise<string> {
  const core = cluster.kube.makeApiClient(CoreV1Api);
  const name = `${prefix}${purpose}-${randomBytes(3).toString('hex')}`;
  await core.createNamespace({ body: { metadata: { name } } });
  afterAll(async () => {
    await core.deleteNamespace({ name });
  });
  return name;
}

/** Removes what tests that were killed have left: the cluster keeps its state from run to run. */
export async function removeLeftNamespaces({ cluster }: Pick<Shared, 'cluster'>): Promise<void> {
  const core = cluster.kube.makeApiClient(CoreV1Api);
  for (const { metadata } of (await core.listNamespace()).items) {
    if (metadata?.name?.startsWith(prefix)) await core.deleteNamespace({ name: metadata.name });
  }
}
