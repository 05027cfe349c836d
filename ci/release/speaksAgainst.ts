import { type ErrorCode, PipelineError } from '../core/errors.ts';

/** What was seen of the release itself: it does not come up, is not what was meant, or does not pass its tests. */
const seen: readonly ErrorCode[] = ['DEPLOY', 'NOT_AS_MEANT', 'VERIFY'];

/**
 * Whether a failure tells that the release is bad, so that it is not tried again. Anything else, such as a cluster that gives no
 * answer, says nothing about it.
 */
export function speaksAgainst(failure: unknown): boolean {
  return failure instanceof PipelineError && seen.includes(failure.code);
}
