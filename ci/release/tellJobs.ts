import type { V1Job } from '@kubernetes/client-node';
import { jobEnd } from '../kube/jobEnd.ts';

/**
 * What is to be told of a release's Jobs that are no hooks. They are no reason to undo a release: Helm does not wait for them, a Job
 * that failed long ago stays where it is, and some take hours.
 */
export function tellJobs(jobs: readonly V1Job[]): string[] {
  return jobs.flatMap((job) => {
    const { metadata, spec } = job;
    const who = `Job ${metadata?.name}, which is no hook,`;
    const ended = jobEnd(job);
    if (ended?.type === 'Failed')
      return [`${who} has failed: ${[ended.reason, ended.message].filter(Boolean).join(', ') || 'no reason given'}`];
    return ended || spec?.suspend ? [] : [`${who} has not ended yet: what becomes of it is not waited for`];
  });
}
