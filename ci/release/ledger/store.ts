import { CoreV1Api, type V1ConfigMap } from '@kubernetes/client-node';
import type { Place } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { within } from '../../core/waiting.ts';
import { statusOf } from '../../kube/apiError.ts';
import { callTimeout, isTransient, retry, retryCall } from '../../kube/retry.ts';
import { emptyLedger, type Ledger } from './ledger.ts';

/** Where the ledger of a release is kept. */
export interface LedgerStore {
  read(): Promise<Ledger>;
  /**
   * Changes the ledger as nobody else does at the same moment.
   * @param fence the token of the lease held by the writer
   * @param change called again with a newer ledger when another write came first
   * @param untilBack waits for a cluster that has not answered for a while, so that it is written then: without that the write fails
   * @throws PipelineError LEASE_LOST when somebody with a higher token has written
   */
  update(fence: number, change: (ledger: Ledger) => Ledger, untilBack?: () => Promise<void>): Promise<Ledger>;
}

/** Labels of what the pipeline itself keeps in a namespace. */
export const ownLabels: Record<string, string> = { 'app.kubernetes.io/managed-by': 'django-delivery-pipeline' };

/** Name of the ConfigMap. */
export const ledgerName = (release: string): string => `${release}-ledger`;

const key = 'ledger.json';

/**
 * The ledger in a ConfigMap, written by compare-and-swap on its resourceVersion. What the cluster does not answer is asked again.
 * @param pauses milliseconds before each further try
 * @throws PipelineError LEDGER when it holds something else
 */
export function ledgerStore({ kube, namespace, release }: Place, pauses?: readonly number[]): LedgerStore {
  const core = kube.makeApiClient(CoreV1Api);
  const name = ledgerName(release);

  const load = async (): Promise<{ map: V1ConfigMap | null; ledger: Ledger }> => {
    const map = await core.readNamespacedConfigMap({ name, namespace }).catch((error) => {
      if (statusOf(error) === 404) return null;
      throw error;
    });
    return { map, ledger: map ? parse(map.data?.[key] ?? '', `${namespace}/${name}`) : emptyLedger };
  };

  const save = async (map: V1ConfigMap | null, text: string): Promise<void> => {
    const data = { [key]: text };
    const made = { metadata: { name, labels: ownLabels }, data };
    if (map) await core.replaceNamespacedConfigMap({ name, namespace, body: Object.assign(map, { data }) });
    else await core.createNamespacedConfigMap({ namespace, body: made });
  };

  return {
    read: async () => (await retryCall(load, pauses)).ledger,
    async update(fence, change, untilBack) {
      // What was sent, and may have been written though the answer was lost: to be written once, not twice.
      let unanswered = '';
      const write = async (): Promise<Ledger> => {
        for (;;) {
          const { map, ledger } = await within(callTimeout, load());
          if (unanswered !== '' && map?.data?.[key] === unanswered) return ledger;
          if (ledger.fence > fence)
            throw new PipelineError('LEASE_LOST', `another run has taken over ${release} in namespace ${namespace}`);
          const changed = { ...change(ledger), fence };
          const text = `${JSON.stringify(changed)}\n`;
          try {
            await within(callTimeout, save(map, text));
            return changed;
          } catch (error) {
            // 409: written, or made, by another since it was read.
            if (statusOf(error) !== 409) {
              unanswered = text;
              throw error;
            }
          }
        }
      };
      for (;;) {
        try {
          return await retry(write, pauses);
        } catch (error) {
          if (!untilBack || !isTransient(error)) throw error;
          await untilBack();
        }
      }
    },
  };
}

function parse(text: string, where: string): Ledger {
  try {
    const ledger = JSON.parse(text) as Ledger;
    if (ledger.version === 1 && Array.isArray(ledger.entries)) return ledger;
  } catch {
    // Said below.
  }
  throw new PipelineError('LEDGER', `the ConfigMap ${where} does not hold a ledger of this version`);
}
