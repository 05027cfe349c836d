import type { Context } from '../context.ts';
import { PipelineError } from '../errors.ts';
import { helm } from '../helm/helm.ts';
import { verify } from './verify.ts';

type RollbackContext = Pick<Context, 'dag' | 'config' | 'images' | 'cluster' | 'log' | 'report'>;

/**
 * Goes back to an earlier revision and tests it again.
 * @param target the revision that served before the failed one; null when there was none
 * @throws PipelineError RESTORED_UNVERIFIED, NOT_RESTORED
 */
export async function rollback(ctx: RollbackContext, target: number | null): Promise<void> {
  const { config, report } = ctx;
  const { release, namespace, deployTimeout } = config;
  if (target === null) {
    report.live = `nothing that works: the first installation of ${release} failed and is left as it is`;
    throw new PipelineError('NOT_RESTORED', `there is no earlier revision of ${release} to go back to`);
  }
  const args = [
    'rollback',
    release,
    String(target),
    '--namespace',
    namespace,
    '--wait',
    '--timeout',
    `${deployTimeout}s`,
  ];
  const { exitCode, lines } = await helm(ctx, args);
  if (exitCode !== 0) {
    report.live = `unknown: the rollback of ${release} to revision ${target} failed`;
    throw new PipelineError('NOT_RESTORED', `the rollback of ${release} to revision ${target} failed`, {
      details: lines.slice(-10),
    });
  }
  report.live = `revision ${target} of ${release}, restored`;
  try {
    await verify(ctx);
  } catch (cause) {
    report.live += ', but its tests fail';
    const details = cause instanceof PipelineError ? cause.details : [];
    throw new PipelineError('RESTORED_UNVERIFIED', `revision ${target} of ${release} is back, but fails its tests`, {
      details,
      cause,
    });
  }
  report.live += ' and tested again';
}
