import { CoreV1Api } from '@kubernetes/client-node';
import type { Context } from '../../core/context.ts';
import { within } from '../../core/waiting.ts';
import { readableObjects } from '../../helm/manifest.ts';
import { newestRecords, type ReleaseRecord } from '../../helm/storage.ts';
import { callTimeout } from '../../kube/retry.ts';
import { plainValues, redactText, referredSecrets, secretsIn } from './redact.ts';

/**
 * Makes what takes the secrets of a release out of a text: of logs and of what its tests print, above all, before they leave the
 * machine. Its secrets are those of the settings, of the chart and those that its pods refer to, whoever has made them. Made anew after each
 * failure, since a release may bring new ones. Never throws: what cannot be read is not masked.
 * @param more manifests, beside those of the two newest revisions
 */
export async function releaseMask(
  { place, mask }: Pick<Context, 'place' | 'mask'>,
  more: readonly string[] = [],
): Promise<(text: string) => string> {
  const { kube, namespace } = place;
  const records = await within(callTimeout, newestRecords(place, 2)).catch(() => []);
  const manifests = [...more, ...records.flatMap(manifestsOf)].join('\n---\n');
  const core = kube.makeApiClient(CoreV1Api);
  const read = async (name: string) => {
    const secret = await within(callTimeout, core.readNamespacedSecret({ namespace, name })).catch(() => null);
    return secret ? plainValues(secret) : [];
  };
  const referred = new Set(referredSecrets(readableObjects(manifests)));
  const live = (await Promise.all([...referred].map(read))).flat();
  const whole = mask.with(new Set([...secretsIn(manifests), ...live]));
  return (text) => whole(redactText(text));
}

function manifestsOf({ manifest, hooks }: ReleaseRecord): string[] {
  return [manifest, ...(hooks ?? []).map((hook) => hook.manifest)];
}
