import { messageOf } from '../../core/causes.ts';
import type { ReleaseContext } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { history } from '../../helm/history.ts';
import { changedByHand } from '../drift/changedByHand.ts';
import { hasRevision } from '../ledger/archive.ts';
import type { Identity } from '../ledger/ledger.ts';
import { type Entry, type Ledger, quarantined, verifiedNow } from '../ledger/ledger.ts';
import { assertRunsImage } from './runsImage.ts';

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
  ctx: ReleaseContext,
  { entries }: Ledger,
  { key }: Pick<Identity, 'key'>,
): Promise<Entry | null> {
  const { release, retry } = ctx.config;
  const newest = (await history(ctx)).at(-1);
  if (newest?.status !== 'deployed') return null;
  const now = verifiedNow(entries);
  const changes = await changedByHand(ctx, newest.revision, now);
  // Whoever gives a reason wants it deployed, for what is no part of a release: a Secret that it refers to, say.
  if (retry !== undefined || now?.key !== key || now.revision !== newest.revision || changes.length > 0) return null;
  if (!(await hasRevision(ctx.place, now))) return null;
  try {
    await assertRunsImage(ctx, now.image);
    return now;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    ctx.report.notes.push(`${release} does not run as it was meant to: ${messageOf(error)}; it is deployed again`);
    return null;
  }
}
