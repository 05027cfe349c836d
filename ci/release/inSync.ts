import { messageOf } from '../core/causes.ts';
import { PipelineError } from '../core/errors.ts';
import type { HeldRelease } from './journal.ts';
import { type Entry, type Identity, type Ledger, liveEntry, quarantined } from './ledger/ledger.ts';

/**
 * Refuses what has failed before.
 * @param key of the wanted release
 * @param retry why it is tried once more
 * @throws PipelineError QUARANTINED unless there is such a reason
 */
export function refuseQuarantined(
  { entries }: Ledger,
  { key }: Pick<Identity, 'key'>,
  retry: string | undefined,
): void {
  const failed = quarantined(entries, key);
  if (!failed || retry !== undefined) return;
  const when = `${failed.startedAt}, run ${failed.run}`;
  throw new PipelineError('QUARANTINED', `this image with this chart and these values has failed before (${when})`, {
    details: [failed.reason ?? 'no reason is known'],
  });
}

/**
 * Looks at what is live before anything is changed. What somebody has changed by hand is noted in the report.
 * @returns the entry of what is live, when it is the wanted release, has passed its tests, and runs as it was meant to; else null
 */
export async function inSync(
  { client, config, report, place }: HeldRelease,
  { entries }: Ledger,
  { key }: Pick<Identity, 'key'>,
): Promise<Entry | null> {
  const newest = (await client.history()).at(-1);
  if (newest?.status !== 'deployed') return null;
  const live = liveEntry(entries);
  const changes = await client.changedByHand(newest.revision, live);
  // Whoever gives a reason wants it deployed, for what is no part of a release: a Secret that it refers to, say.
  if (config.retry !== undefined || live?.outcome !== 'verified' || live.key !== key) return null;
  if (live.revision !== newest.revision || changes.length > 0 || !(await client.hasRevision(live))) return null;
  try {
    await client.assertRunsImage(live.image);
    return live;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    report.notes.push(`${place.release} does not run as it was meant to: ${messageOf(error)}; it is deployed again`);
    return null;
  }
}
