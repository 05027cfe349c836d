import { type ErrorCode, PipelineError } from '../core/errors.ts';
import { apiMessage } from '../kube/apiError.ts';
import { isTransient } from '../kube/retry.ts';
import type { HeldRelease } from './journal.ts';

/** So often a step is begun anew. */
const mostTries = 3;

/**
 * Takes a step of which nothing may be left half done, and takes it anew where the API server went away in the middle: when it is back, the
 * lease still ours, and nothing that was begun is at work any more. So a control plane that restarts is no reason to give up a release.
 * @param step a Helm command, or another that may be begun anew
 * @param once codes of failures after which it is begun anew one time, such as that of pods that were taken from their node
 * @returns what the step returns
 * @throws what the step throws, for anything else, or in its last try; LEASE_LOST
 */
export async function steadily<T>(
  { journal, client, report }: HeldRelease,
  step: () => Promise<T>,
  once: readonly ErrorCode[] = [],
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await step();
    } catch (error) {
      journal.lease.assertHeld();
      const again = isTransient(error)
        ? tried < mostTries
        : error instanceof PipelineError && once.includes(error.code) && tried === 1;
      if (!again) throw error;
      report.notes.push(`begun anew: ${apiMessage(error)}`);
      await journal.lease.confirm(true);
      await client.waitForHooks();
      await client.unlock();
    }
  }
}
