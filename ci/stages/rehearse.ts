import { messageOf } from '../core/causes.ts';
import type { Context, PublishedImage } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { dryRun } from '../helm/dryRun.ts';
import { manifestObjects } from '../helm/manifest.ts';
import { newestRecords } from '../helm/storage.ts';
import { apiMessage } from '../kube/apiError.ts';
import { ensureNamespace } from '../kube/namespace.ts';
import { removeLeftovers } from '../rehearsal/leftovers.ts';
import { CannotRehearse } from '../rehearsal/live.ts';
import type { Found } from '../rehearsal/outcome.ts';
import { type RehearsalContext, type Rendered, rehearse as rehearsePod } from '../rehearsal/rehearse.ts';
import { liveServing } from '../rehearsal/template.ts';
import { identify } from '../release/ledger/identity.ts';
import { liveEntry, quarantined } from '../release/ledger/ledger.ts';
import { ledgerStore } from '../release/ledger/store.ts';
import { currentHolder, type Holder, hasEnded } from '../release/lock/holder.ts';
import { releaseMask } from '../release/masking/releaseMask.ts';
import { upgradeOf } from './deploy.ts';
import type { Delivery } from './source.ts';

/** Seconds for the pod's image and place, beside what a deployment may take. */
const start = 60;

/**
 * Tries the release out beside the live one, on a copy of its database: no other run is waited for, since nothing of the release is
 * changed. What it found is in the report.
 * @param summary told what was tried
 * @throws REHEARSAL when the application fails; when it cannot be tried, only where --rehearsal is `require`
 */
export async function rehearse(
  ctx: Context,
  source: Delivery,
  image: PublishedImage,
  summary: (text: string) => void,
): Promise<void> {
  const known = await isKnown(ctx, source, image);
  if (known) return summary(known);
  try {
    await tryOut(ctx, source, image, summary);
  } catch (error) {
    if (error instanceof PipelineError || ctx.signal.aborted) throw error;
    const why = error instanceof CannotRehearse ? messageOf(error) : apiMessage(error);
    if (ctx.config.rehearsal === 'require')
      throw new PipelineError('REHEARSAL', `the release cannot be rehearsed, and --rehearsal is require: ${why}`, {
        cause: error,
      });
    ctx.report.notes.push(`not rehearsed: ${why}`);
    summary('not rehearsed, see the notes');
  }
}

/** What is live and tested needs no rehearsal, and what has failed will be refused. @returns that in words */
async function isKnown(ctx: Context, source: Delivery, image: PublishedImage): Promise<string | null> {
  if (ctx.config.retry !== undefined) return null;
  const { key } = await identify(ctx, source, image);
  // Whoever holds the lease reads it again, and complains.
  const entries = await ledgerStore(ctx.place)
    .read()
    .then((ledger) => ledger.entries)
    .catch(() => []);
  const live = liveEntry(entries);
  if (live?.key === key && live.outcome === 'verified') return 'the same is live and tested';
  return quarantined(entries, key) ? 'the same has failed before' : null;
}

async function tryOut(
  ctx: Context,
  source: Delivery,
  image: PublishedImage,
  summary: (text: string) => void,
): Promise<void> {
  const { place, config, report, signal, runId } = ctx;
  const begun = performance.now();
  await ensureNamespace(place.kube, place.namespace, signal);
  await removeLeftovers(place, isOver);
  const manifest = await dryRun(ctx, await upgradeOf(ctx, source, image));
  const next = { objects: manifestObjects(manifest), image };
  const holder = JSON.stringify(currentHolder(runId, config.buildNumber));
  const rehearsal = { place, signal, runId, holder, seconds: config.deployTimeout + start };
  const { outcome, evidence } = await rehearsePod(rehearsal, next);
  const mask = await releaseMask(ctx, [manifest]);
  if (outcome.kind === 'cannot') throw new CannotRehearse(mask(outcome.why));
  if (outcome.kind === 'failed')
    throw new PipelineError('REHEARSAL', mask(`the release fails in its rehearsal: ${outcome.why}`), {
      details: evidence.map(mask),
    });
  const { database, pending } = outcome.found;
  const oldCodeWorks = pending.length === 0 ? null : await doesOldCodeWork(ctx, rehearsal, next, mask);
  report.rehearsal = { pending, oldCodeWorks, database, ms: Math.round(performance.now() - begun) };
  if (database !== 'sqlite') report.notes.push(serverNote(outcome.found));
  summary(summaryOf(outcome.checks, outcome.found, oldCodeWorks));
}

function isOver(holder: string): boolean {
  try {
    return hasEnded(JSON.parse(holder) as Holder);
  } catch {
    return false;
  }
}

/** Starts what is live on the copy that the new image has migrated. @returns null where that cannot be tried */
async function doesOldCodeWork(
  ctx: Context,
  rehearsal: RehearsalContext,
  next: Rendered,
  mask: (text: string) => string,
): Promise<boolean | null> {
  const { report, place, signal } = ctx;
  try {
    const records = await newestRecords(place, Number.POSITIVE_INFINITY);
    const live = records.find(({ info }) => info.status === 'deployed');
    if (!live) return null;
    const texts = [live.manifest, ...(live.hooks ?? []).map(({ manifest }) => manifest)];
    const objects = manifestObjects(texts.join('\n---\n'));
    const serves = liveServing(objects, next);
    if (!serves || serves.digest === next.image.digest) return null;
    const { outcome } = await rehearsePod(rehearsal, next, { objects, image: serves });
    if (outcome.kind === 'cannot') throw new CannotRehearse(outcome.why);
    if (outcome.kind === 'failed')
      report.notes.push(mask(`the code that is live does not work on the migrated database: ${outcome.why}`));
    return outcome.kind === 'passed';
  } catch (error) {
    if (signal.aborted) throw error;
    report.notes.push(
      mask(`whether the code that is live works on the migrated database is not known: ${apiMessage(error)}`),
    );
    return null;
  }
}

function serverNote({ database, pending }: Found): string {
  const what = `the database is ${database}, of which there is no copy`;
  return pending.length > 0
    ? `${what}: the release was loaded and not started, and its ${pending.length} pending migrations were not tried`
    : `${what}: the release was started with the live one, which has all migrations`;
}

/** Such as `health, page, schema on a copy of 1.2 MB; 2 migrations pending, with which the old code works`. */
export function summaryOf(checks: readonly string[], { bytes, pending }: Found, oldCodeWorks: boolean | null): string {
  const copied = bytes === null ? '' : ` on a copy of ${(bytes / 1e6).toFixed(1)} MB`;
  const count = `${pending.length} ${pending.length === 1 ? 'migration' : 'migrations'} pending`;
  const old = oldCodeWorks === null ? '' : `, with which the old code ${oldCodeWorks ? 'works' : 'does not work'}`;
  return `${checks.join(', ') || 'loaded'}${copied}; ${pending.length === 0 ? 'no migration pending' : count + old}`;
}
