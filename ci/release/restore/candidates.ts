import type { ReleaseClient } from '../client.ts';
import {
  type Entry,
  goodReleases,
  isGood,
  isSame,
  type Operation,
  quarantined,
  type Target,
} from '../ledger/ledger.ts';

/**
 * What an operation can go back to by the ledger, in this order: what was live before it, whoever made it so; the releases that were live
 * before that, newest first. Nothing that was seen to be bad.
 * @param entries of the ledger, with what became of the operation
 */
export function candidates({ live }: Pick<Operation, 'live'>, entries: readonly Entry[]): Target[] {
  const others = goodReleases(entries).filter((entry) => !live || !isSame(entry, live));
  return live && mayBeGood(live, entries) ? [live, ...others] : others;
}

/**
 * A release that the ledger knows counts by what it knows; one that somebody made by hand is tried: it was live. That its return was
 * interrupted says nothing, and neither does an attempt that somebody has gone back to by hand since.
 */
export function mayBeGood(
  target: Pick<Target, 'key' | 'revision' | 'manifestHash'>,
  entries: readonly Entry[],
): boolean {
  const own = entries
    .filter((entry) => isSame(entry, target))
    .filter((one) => one.outcome !== 'interrupted' || (one.kind === 'deploy' && one.revision === target.revision))
    .map((one) => ({ ...one, key: target.key }));
  return own.length === 0 || (quarantined(own, target.key) === null && own.some(isGood));
}

/**
 * The same; and where the ledger tells of no release that was live, because the release is older than its ledger, the newest revision that
 * Helm took for good, and of which the ledger does not know better. Helm counts a revision as good once its objects are there, whatever
 * came of its tests. Where there is nothing at all, what served before is nearer to working than what has failed, though it did not pass
 * its tests either.
 */
export async function targetsOf(
  client: Pick<ReleaseClient, 'history' | 'identify'>,
  operation: Pick<Operation, 'key' | 'live' | 'before'>,
  entries: readonly Entry[],
): Promise<Target[]> {
  const known = candidates(operation, entries);
  if (known.length > 0) return known;
  for (const { revision, status } of (await client.history()).reverse()) {
    if (revision > operation.before || !['deployed', 'superseded'].includes(status)) continue;
    const target = await client.identify(revision, entries);
    const isUnknown = entries.every((entry) => !isSame(entry, target) || isGood(entry));
    if (isUnknown && mayBeGood(target, entries)) return [target];
  }
  const { live } = operation;
  return live && !isSame(live, operation) ? [live] : [];
}
