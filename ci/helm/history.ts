import { PipelineError } from '../errors.ts';
import { missingRight } from '../kube/missingRight.ts';
import { retried } from '../kube/retried.ts';
import { type HelmContext, helm } from './helm.ts';

/** One revision of a release, as Helm has it. */
export interface Revision {
  revision: number;
  /** deployed, superseded, failed, pending-install, pending-upgrade, pending-rollback, … */
  status: string;
}

/**
 * The revisions of the release, oldest first; none when it was never installed. A cluster that does not answer is asked again.
 * @param pauses milliseconds before each further try
 * @throws PipelineError FORBIDDEN when Helm may not ask; CLUSTER when it cannot tell
 */
export function history(ctx: HelmContext, pauses?: readonly number[]): Promise<Revision[]> {
  return retried(() => ask(ctx), pauses);
}

async function ask(ctx: HelmContext): Promise<Revision[]> {
  const { release, namespace } = ctx.config;
  const { exitCode, stdout, lines } = await helm(ctx, [
    'history',
    release,
    '--namespace',
    namespace,
    '--output',
    'json',
  ]);
  if (exitCode === 0) return JSON.parse(stdout) as Revision[];
  if (lines.some((line) => line.includes('release: not found'))) return [];
  const missing = missingRight(lines.join('\n'));
  if (missing) throw new PipelineError('FORBIDDEN', missing, { details: lines.slice(-5) });
  throw new PipelineError('CLUSTER', `the history of release ${release} in namespace ${namespace} cannot be read`, {
    details: lines.slice(-5),
  });
}

/** The newest revision that Helm counts as deployed, or null. */
export function deployedRevision(revisions: readonly Revision[]): number | null {
  return revisions.findLast(({ status }) => status === 'deployed')?.revision ?? null;
}

/** The newest revision, when it is an operation that has not ended. */
export function pendingRevision(revisions: readonly Revision[]): Revision | null {
  const newest = revisions.at(-1);
  return newest?.status.startsWith('pending-') ? newest : null;
}
