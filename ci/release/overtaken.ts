import type { Place } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { shortCommit } from '../core/values.ts';
import { deployedRevision } from '../helm/history.ts';
import type { HeldRelease } from './journal.ts';
import { type Entry, type Identity, type Ledger, liveEntry } from './ledger/ledger.ts';
import { byBuild, byHistory, type Delivered } from './ledger/origin.ts';
import { ledgerStore } from './ledger/store.ts';

/** Where a delivery leads: to something newer, or back to something older; or a newer run was faster. */
export type Direction = 'forward' | 'back' | 'overtaken';

/**
 * Decides whether a source is older than what is live, and whether it goes live all the same. The history of both says it best, then
 * the order of builds, then the dates, which are of two clocks.
 *
 * Whoever wants something older again has to get it: by hand, or by pushing it when the newer one is live. A run that was started by
 * a push and was slow wants nothing of the kind.
 * @param mine what is to be delivered
 * @param live what was delivered last
 * @param run whether a person started it, and whether `live` was delivered after it had begun
 */
export function direction(
  mine: Delivered,
  live: Delivered,
  { byHand, since }: { byHand: boolean; since: boolean },
): Direction {
  if (mine.commit === live.commit && (mine.uncommitted || !live.uncommitted)) return 'forward';
  const build = byBuild(mine, live);
  // Changes that are in no commit are as old as theirs where history tells, and otherwise as new as can be.
  const history = byHistory(mine, live) ?? byHistory(bare(mine), live);
  const date = mine.uncommitted || mine.at === undefined || live.at === undefined ? 0 : mine.at - live.at;
  // A job that was made anew counts from 1 again: its number alone must not keep all its builds from being delivered.
  const order = history ?? (build === null || (build < 0 && !since) ? date : build);
  if (order >= 0) return 'forward';
  // What is in no commit comes with no later run.
  const lost = build === null ? since && !live.uncommitted : build < 0;
  return lost && !byHand ? 'overtaken' : 'back';
}

/** The commit without what was changed since. */
function bare({ commit, ancestors }: Delivered): Delivered {
  return { commit, ...(ancestors && { ancestors }) };
}

/**
 * The number of the ledger's newest entry, to be asked for when a run begins: so it is known later what came after, without clocks.
 * @returns null when it cannot be read: a run does not fail for that
 */
export async function newestEntry(place: Place): Promise<number | null> {
  try {
    return (await ledgerStore(place).read()).entries.at(-1)?.number ?? 0;
  } catch {
    return null;
  }
}

/**
 * Leaves the release to a newer run that was faster. That it goes back otherwise is noted in the report. What somebody has made live by
 * other means than a delivery is nothing to compare with.
 * @param begun the number of the ledger's newest entry when the run began; null where that is not known
 * @throws PipelineError SUPERSEDED
 */
export async function refuseOvertaken(
  { client, config, report, place }: HeldRelease,
  { entries }: Ledger,
  { commit, origin }: Identity,
  begun: number | null,
): Promise<void> {
  const live = liveEntry(entries);
  if (!live || deployedRevision(await client.history()) !== live.revision) return;
  const mine = { commit, ...origin };
  const theirs = { commit: live.commit, ...live.origin };
  const byHand = config.trigger.kind === 'person';
  const found = direction(mine, theirs, { byHand, since: begun !== null && !wasLive(live, entries, begun) });
  if (found === 'overtaken') {
    report.live = await client.describeLive(entries);
    throw new PipelineError(
      'SUPERSEDED',
      `release ${place.release} is left to a newer run: ${live.by} has deployed ${named(theirs)}, which comes after ${named(mine)}`,
    );
  }
  if (found === 'back')
    report.notes.push(
      `goes back: ${named(mine)} is older than what was live, ${named(theirs)}, deployed ${whenOf(live)}`,
    );
}

/** A failure in between may have brought it back, under a new number. */
function wasLive({ key }: Entry, entries: readonly Entry[], begun: number): boolean {
  return liveEntry(entries.filter(({ number }) => number <= begun))?.key === key;
}

function named({ commit, at, uncommitted }: Delivered): string {
  const name = commit.startsWith('dir-') ? commit : `commit ${shortCommit(commit)}`;
  if (uncommitted) return commit.startsWith('dir-') ? name : `${name} with changes that are in no commit`;
  return at === undefined ? name : `${name} of ${new Date(at).toISOString().slice(0, 19)}Z`;
}

function whenOf({ endedAt, by }: Entry): string {
  return `${endedAt} by ${by}`;
}
