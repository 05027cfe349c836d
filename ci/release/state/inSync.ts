import { messageOf } from '../../core/causes.ts';
import type { Context, ReleaseContext } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { history } from '../../helm/history.ts';
import { changedByHand } from '../drift/changedByHand.ts';
import { hasRevision } from '../ledger/archive.ts';
import type { Identity } from '../ledger/identity.ts';
import { type Entry, type Ledger, quarantined, verifiedNow } from '../ledger/ledger.ts';
import { runsImage } from './runsImage.ts';

/**
 * Looks at what is live before anything is changed. What somebody has changed by hand is noted in the report.
 * @returns the entry of what is live, when it is the wanted release, has passed its tests, and runs as it was meant to; else null
 * @throws PipelineError QUARANTINED when the wanted release has failed before, unless --retry gives a reason
 */
export async function standing(
  ctx: ReleaseContext & Pick<Context, 'config'>,
  { entries }: Ledger,
  { key }: Pick<Identity, 'key'>,
): Promise<Entry | null> {
  const { release, retry } = ctx.config;
  const failed = quarantined(entries, key);
  if (failed && retry === undefined) {
    const when = `${failed.startedAt}, run ${failed.run}`;
    throw new PipelineError('QUARANTINED', `this image with this chart and these values has failed before (${when})`, {
      details: [failed.reason ?? 'no reason is known'],
    });
  }
  const newest = (await history(ctx)).at(-1);
  if (newest?.status !== 'deployed') return null;
  const now = verifiedNow(entries);
  const changes = await changedByHand(ctx, newest.revision, now);
  // Whoever gives a reason wants it deployed, for what is no part of a release: a Secret that it refers to, say.
  if (retry !== undefined || now?.key !== key || now.revision !== newest.revision || changes.length > 0) return null;
  if (!(await hasRevision({ kube: ctx.cluster.kube, namespace: ctx.config.namespace, release }, now))) return null;
  try {
    await runsImage(ctx, now.image);
    return now;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    ctx.report.notes.push(`${release} does not run as it was meant to: ${messageOf(error)}; it is deployed again`);
    return null;
  }
}
