import { setTimeout as sleep } from 'node:timers/promises';
import { causes } from '../core/causes.ts';
import { PipelineError } from '../core/errors.ts';
import { within } from '../core/waiting.ts';

/** Milliseconds between two tries. A lease that could not be renewed for longer than all of them is lost anyway. */
const usual: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];
/** Milliseconds for one answer of the cluster. */
export const callTimeout = 10_000;

/** What Node says of a connection that was cut, refused or never made; undici's own codes begin with UND_ERR_. */
const cut = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'];

/**
 * Asks again what a cluster did not answer: an API server that restarts is no reason to give up a release. For what may be done
 * twice, since an answer that was lost does not tell whether it was done.
 * @param pauses milliseconds before each further try
 * @throws the last error, or at once one that another try would not change
 */
export async function retry<T>(ask: () => Promise<T>, pauses: readonly number[] = usual): Promise<T> {
  for (const pause of pauses) {
    try {
      return await ask();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await sleep(pause);
  }
  return ask();
}

/** The same for one call of the API server, which may hang: the client library would wait for five minutes. */
export function retryCall<T>(ask: () => Promise<T>, pauses?: readonly number[]): Promise<T> {
  return retry(() => within(callTimeout, ask()), pauses);
}

/** Whether the same question may be answered in a moment: the server is busy, ill or out of reach, and says nothing about us. */
export function isTransient(error: unknown): boolean {
  return causes(error).some((each) => {
    if (each instanceof PipelineError) return each.code === 'CLUSTER';
    const { code } = each as { code?: unknown };
    if (typeof code === 'number') return code === 429 || code >= 500;
    return typeof code === 'string' && (cut.includes(code) || code.startsWith('UND_ERR_'));
  });
}
