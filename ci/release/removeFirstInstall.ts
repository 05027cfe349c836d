import { PipelineError } from '../errors.ts';
import { helm } from '../helm/helm.ts';
import { history } from '../helm/history.ts';
import { manifestObjects } from '../helm/releaseManifest.ts';
import { releaseRecord } from '../helm/releaseRecord.ts';
import type { ReleaseContext } from './restore.ts';

const policy = 'helm.sh/resource-policy';

/**
 * Takes away a first installation that failed, so that nothing half installed stays. Data is never deleted: where the chart
 * would delete a volume, all is left as it is.
 * @returns what is there now
 * @throws PipelineError NOT_RESTORED when Helm cannot remove it
 */
export async function removeFirstInstall(ctx: ReleaseContext): Promise<string> {
  const { release, namespace, deployTimeout } = ctx.config;
  const newest = (await history(ctx)).at(-1);
  if (!newest) return 'removed before';
  const record = await releaseRecord({ kube: ctx.cluster.kube, namespace, release }, newest.revision);
  const volumes = volumesOf(record?.manifest ?? '');
  if (volumes.length > 0) return `left as it is, since its removal would delete ${volumes.join(', ')}`;
  const args = [
    'uninstall',
    release,
    '--namespace',
    namespace,
    '--ignore-not-found',
    '--wait',
    '--timeout',
    `${deployTimeout}s`,
  ];
  const { exitCode, lines } = await helm(ctx, args);
  if (exitCode === 0) return 'removed; volumes and secret keys are kept';
  throw new PipelineError('NOT_RESTORED', `the first installation of ${release} failed and cannot be removed`, {
    details: lines.slice(-10),
  });
}

/** The volume claims that Helm would delete with the release. */
export function volumesOf(manifest: string): string[] {
  return manifestObjects(manifest)
    .filter(({ kind, metadata }) => kind === 'PersistentVolumeClaim' && metadata.annotations?.[policy] !== 'keep')
    .map(({ metadata }) => `PersistentVolumeClaim ${metadata.name}`);
}
