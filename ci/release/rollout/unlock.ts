import type { ReleaseContext } from '../../core/context.ts';
import { newestRecords, rewriteRecord } from '../../helm/storage.ts';

/**
 * Lets a revision that Helm calls pending count as failed, which it has: Helm refuses every upgrade of a release that is pending.
 * To be called only where nobody can be at work on it any more: its run is dead or has given up, and the lease is held.
 */
export async function unlock({ place, report }: Pick<ReleaseContext, 'place' | 'report'>): Promise<void> {
  const [newest] = await newestRecords(place, 1);
  if (!newest?.info.status.startsWith('pending-')) return;
  await rewriteRecord(place, newest.version, (record) => ({ ...record, info: { ...record.info, status: 'failed' } }));
  report.notes.push(
    `revision ${newest.version} of ${place.release} was left ${newest.info.status}, and nobody is at work on it: it counts as failed`,
  );
}
