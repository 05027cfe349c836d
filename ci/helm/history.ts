import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { apiMessage } from '../kube/apiError.ts';
import { missingRight } from '../kube/missingRight.ts';
import { retryCall } from '../kube/retry.ts';
import { newestRecords } from './storage.ts';

/** One revision of a release, as Helm has it. */
export interface Revision {
  revision: number;
  /** deployed, superseded, failed, pending-install, pending-upgrade, pending-rollback, … */
  status: string;
}

/**
 * The revisions of the release, oldest first; none when it was never installed. Read from where Helm keeps them: a container for
 * `helm history` takes a second, several times in each run, and an engine that has gone could not start it. A cluster that does not
 * answer is asked again.
 * @param pauses milliseconds before each further try
 * @throws PipelineError FORBIDDEN when the user may not ask; CLUSTER when it cannot tell
 */
export async function history({ place }: Pick<Context, 'place'>, pauses?: readonly number[]): Promise<Revision[]> {
  try {
    const records = await retryCall(() => newestRecords(place, Number.POSITIVE_INFINITY), pauses);
    return records.map(({ version, info }) => ({ revision: version, status: info.status })).reverse();
  } catch (cause) {
    const words = apiMessage(cause);
    const missing = missingRight(words);
    if (missing) throw new PipelineError('FORBIDDEN', missing, { details: [words], cause });
    throw new PipelineError(
      'CLUSTER',
      `the history of release ${place.release} in namespace ${place.namespace} cannot be read`,
      {
        details: [words],
        cause,
      },
    );
  }
}

/** The newest revision that Helm counts as deployed, or null. */
export function deployedRevision(revisions: readonly Revision[]): number | null {
  return revisions.findLast(({ status }) => status === 'deployed')?.revision ?? null;
}

/** The number of the newest revision, whatever became of it; 0 where there is none. */
export function newestRevision(revisions: readonly Revision[]): number {
  return revisions.at(-1)?.revision ?? 0;
}

/** The newest revision, when it is an operation that has not ended. */
export function pendingRevision(revisions: readonly Revision[]): Revision | null {
  const newest = revisions.at(-1);
  return newest?.status.startsWith('pending-') ? newest : null;
}
