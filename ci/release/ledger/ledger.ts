import type { Origin } from './origin.ts';

/**
 * What is known of a release beyond Helm's history, which cannot be the record: a rollback copies the marks of the
 * revision that it goes back to, tests among them, and old revisions are pruned whatever they were worth.
 */
export interface Ledger {
  version: 1;
  /** The highest fencing token of the lease that has written here; whoever comes with a lower one is too late. */
  fence: number;
  /** Oldest first. Only ever appended to, and cut at its old end. */
  entries: Entry[];
  /** What is under way, or what a run that died has left half done. */
  operation: Operation | null;
}

/** How an attempt to make a release ended. Only `verified` has passed its tests, and was seen running as meant. */
export type Outcome = 'verified' | 'failed' | 'interrupted' | 'unverified';

/** What a release consists of. */
export interface Identity {
  /** The same key is the same image, chart and values. */
  key: string;
  commit: string;
  /** `repository@sha256:…` */
  image: string;
  /** Name and version. */
  chart: string;
  /** SHA-256 of the chart's files and of the values, each. */
  chartHash: string;
  valuesHash: string;
  /** How new its source is. Absent in ledgers of older versions. */
  origin?: Origin;
}

/** Of an entry only what it released: who did it then, and when, is another story. */
export function identityOf({ key, commit, image, chart, chartHash, valuesHash, origin }: Identity): Identity {
  return { key, commit, image, chart, chartHash, valuesHash, ...(origin && { origin }) };
}

/** What a release can go back to: an entry of the ledger, or a revision from before there was a ledger. */
export interface Target extends Identity {
  /** Helm's revision, null when Helm made none. */
  revision: number | null;
  /** SHA-256 of the revision's manifest: Helm may have given its number to another since. */
  manifestHash?: string;
}

/** Whether two are the same release: what somebody made by hand has another name, and may still be what the ledger knows. */
export function isSame(
  one: Pick<Target, 'key' | 'manifestHash'>,
  other: Pick<Target, 'key' | 'manifestHash'>,
): boolean {
  return one.key === other.key || (one.manifestHash !== undefined && one.manifestHash === other.manifestHash);
}

/** One attempt to have a release live: a deployment, or the return to an earlier one. */
export interface Entry extends Target {
  /** Counted from 1, never used twice. */
  number: number;
  kind: 'deploy' | 'rollback';
  outcome: Outcome;
  /** Id of the run. */
  run: string;
  /** Who ran it. */
  by: string;
  /** ISO 8601. */
  startedAt: string;
  endedAt: string;
  /**
   * When Helm began, by the API server's clock: what the server has dated can be compared with it. Of a release that was live; absent in
   * ledgers of older versions.
   */
  begunAt?: string;
  /** What came of `helm test`, and of which tests, as far as it was run and Helm told; none: the chart has no tests. */
  tests?: { result: 'passed' | 'failed' | 'none'; names: string[] };
  /** The step in which it ended; written with the entry. */
  phase?: Phase;
  /** Why it is not verified. */
  reason?: string;
  /** Why a release that had failed was tried again. */
  retry?: string;
}

/** The steps of an operation, each written down before it is taken. */
export type Phase = 'upgrade' | 'wait' | 'test' | 'rollback' | 'wait-rollback' | 'test-rollback' | 'uninstall';

/** An operation that has begun. Whoever finds one and holds the lease knows that its run is dead. */
export interface Operation extends Identity, Pick<Entry, 'run' | 'by' | 'startedAt'> {
  phase: Phase;
  /** Set for a return by hand, to the very release that the operation names; anything else that is rolled back has failed. */
  kind?: 'rollback';
  /** The newest Helm revision before anything was changed, 0 when there was none. */
  before: number;
  /** What Helm had deployed then, whoever did it; null for nothing. Absent in ledgers of older versions. */
  live?: Target | null;
  /** The number that Helm gives to what it is made to do; what is newer was done by hand. Absent in ledgers of older versions. */
  revision?: number;
  retry?: string;
}

/** An entry before it is written. */
export type NewEntry = Omit<Entry, 'number' | 'phase'>;

export const emptyLedger: Ledger = { version: 1, fence: 0, entries: [], operation: null };

/** Entries beyond this many are dropped, oldest first. */
export const mostEntries = 40;

/** So many releases that were live are never dropped: what a rollback can go back to. */
export const keptReleases = 3;

/** Adds an entry, with the phase that the operation is in, and keeps the bound. The newest releases that were live stay, however long ago they were. */
export function append(ledger: Ledger, entry: NewEntry, bound = mostEntries): Ledger {
  const phase = ledger.operation ? { phase: ledger.operation.phase } : {};
  const entries = [...ledger.entries, { ...entry, ...phase, number: (ledger.entries.at(-1)?.number ?? 0) + 1 }];
  const kept = new Set(goodReleases(entries).slice(0, keptReleases));
  let excess = entries.length - bound;
  return { ...ledger, entries: entries.filter((one) => kept.has(one) || excess-- <= 0) };
}

/**
 * What can be gone back to: the newest entry of each release that was live and passed its tests, or has none, newest first. A release
 * without tests that was live yesterday is nearer to what people know, and to the database, than one that passed its tests last year.
 * Not one whose newest attempt has failed by itself.
 */
export function goodReleases(entries: readonly Entry[]): Entry[] {
  const newest = new Map<string, Entry>();
  for (const entry of [...entries].reverse()) if (isGood(entry) && !newest.has(entry.key)) newest.set(entry.key, entry);
  return [...newest.values()].filter(({ key }) => !quarantined(entries, key));
}

/** Whether it was live then: as it was meant to run, and not known to be bad. */
export function isGood({ outcome }: Pick<Entry, 'outcome'>): boolean {
  return outcome === 'verified' || outcome === 'unverified';
}

/**
 * The failure that speaks against trying a release once more: its newest attempt, when it failed by itself. An attempt
 * that was interrupted, or restored later and passed, does not count.
 */
export function quarantined(entries: readonly Entry[], key: string): Entry | null {
  const newest = entries.findLast((entry) => entry.key === key && entry.outcome !== 'interrupted');
  return newest?.outcome === 'failed' ? newest : null;
}

/**
 * What a revision of Helm's is: of the releases that were live, the one with that very manifest, the newest of several; else what the
 * ledger has under its number, or has seen fail with that manifest. A revision of which the ledger knows nothing was made by hand; it is called by its number.
 * @param manifestHash '' where it is not known
 */
export function identify(revision: number, manifestHash: string, entries: readonly Entry[]): Target {
  const isThis = (entry: Entry) =>
    entry.manifestHash === undefined ? entry.revision === revision : entry.manifestHash === manifestHash;
  const known =
    entries.findLast((entry) => isGood(entry) && isThis(entry)) ??
    entries.findLast((entry) => entry.revision === revision && isThis(entry)) ??
    entries.findLast(isThis);
  const unknown = { key: `helm-${revision}`, commit: '', image: '', chart: '', chartHash: '', valuesHash: '' };
  return { ...(known ? identityOf(known) : unknown), revision, ...(manifestHash && { manifestHash }) };
}

/** What should be live by the ledger: the newest entry of those that changed anything, when it is good. */
export function liveEntry(entries: readonly Entry[]): Entry | null {
  const newest = entries.findLast(({ revision }) => revision !== null);
  return newest && isGood(newest) ? newest : null;
}
