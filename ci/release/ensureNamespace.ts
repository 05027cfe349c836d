import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { statusOf } from './ledgerStore.ts';

/** Makes the namespace when it is missing. A deployer who may not even ask has been given one. */
export async function ensureNamespace(kube: KubeConfig, name: string): Promise<void> {
  const core = kube.makeApiClient(CoreV1Api);
  try {
    await core.readNamespace({ name });
  } catch (error) {
    if (statusOf(error) !== 404) return;
    await core.createNamespace({ body: { metadata: { name } } }).catch((failure) => {
      if (statusOf(failure) !== 409) throw failure;
    });
  }
}
