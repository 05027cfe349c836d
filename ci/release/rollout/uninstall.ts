import type { ReleaseContext } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { helm } from '../../helm/helm.ts';
import { manifestObjects } from '../../helm/manifest.ts';
import { newestRecords, rewriteRecord } from '../../helm/storage.ts';
import { waitForHooks } from './waitForHooks.ts';

const policy = 'helm.sh/resource-policy';
/** Objects that are data, or lead to it. */
const volumes: readonly string[] = ['PersistentVolumeClaim', 'PersistentVolume'];

/**
 * Takes away a first installation that failed, so that nothing half installed stays. Data is never deleted: where the chart
 * does not say itself that a volume is to be kept, that is written into Helm's record of the revision first.
 * @returns what is there now
 * @throws PipelineError NOT_RESTORED when Helm cannot remove it
 */
export async function uninstallFirst(ctx: ReleaseContext): Promise<string> {
  const { release, namespace, deployTimeout } = ctx.config;
  await waitForHooks(ctx);
  const [newest] = await newestRecords(ctx.place, 1);
  if (!newest) return 'removed before';
  const kept = keepVolumes(newest.manifest);
  if (kept !== newest.manifest)
    await rewriteRecord(ctx.place, newest.version, (record) => ({ ...record, manifest: kept }));
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

/**
 * Adds to the volumes of a manifest the annotation by which Helm leaves them where they are. The same text when there is none to add.
 * What was YAML comes out as JSON, which is YAML, too, and leaves no doubt about what a scalar is.
 */
export function keepVolumes(manifest: string): string {
  const objects = manifestObjects(manifest);
  const loose = objects.filter(
    ({ kind, metadata }) => volumes.includes(kind) && metadata.annotations?.[policy] !== 'keep',
  );
  if (loose.length === 0) return manifest;
  for (const { metadata } of loose) metadata.annotations = { ...metadata.annotations, [policy]: 'keep' };
  return objects.map((object) => `---\n${JSON.stringify(object)}\n`).join('');
}
