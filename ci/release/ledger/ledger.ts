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
}

/** Of an entry only what it released: who did it then, and when, is another story. */
export function identityOf({ key, commit, image, chart, chartHash, valuesHash }: Identity): Identity {
  return { key, commit, image, chart, chartHash, valuesHash };
}

/** What a release can go back to: an entry of the ledger, or a revision from before there was a ledger. */
export interface Target extends Identity {
  /** Helm's revision, null when Helm made none. */
  revision: number | null;
  /** SHA-256 of the revision's manifest, of a verified one: Helm may have given its number to another since. */
  manifestHash?: string;
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
  retry?: string;
}

/** An entry before it is written. */
export type NewEntry = Omit<Entry, 'number' | 'phase'>;

export const emptyLedger: Ledger = { version: 1, fence: 0, entries: [], operation: null };

/** Entries beyond this many are dropped, oldest first. */
export const mostEntries = 40;

/** So many verified releases are never dropped: what a rollback can go back to. */
export const keptVerified = 3;

/** Adds an entry, with the phase that the operation is in, and keeps the bound. The newest verified releases stay, however long ago they were. */
export function append(ledger: Ledger, entry: NewEntry, bound = mostEntries): Ledger {
  const phase = ledger.operation ? { phase: ledger.operation.phase } : {};
  const entries = [...ledger.entries, { ...entry, ...phase, number: (ledger.entries.at(-1)?.number ?? 0) + 1 }];
  const kept = new Set(verifiedReleases(entries).slice(0, keptVerified));
  let excess = entries.length - bound;
  return { ...ledger, entries: entries.filter((one) => kept.has(one) || excess-- <= 0) };
}

/** The newest verified entry of each release, newest first. */
export function verifiedReleases(entries: readonly Entry[]): Entry[] {
  const newest = new Map<string, Entry>();
  for (const entry of [...entries].reverse())
    if (entry.outcome === 'verified' && !newest.has(entry.key)) newest.set(entry.key, entry);
  return [...newest.values()];
}

/**
 * What to go back to: the newest release that passed its tests, other than those that have just failed.
 * @param failed keys of releases
 * @returns null when there is none
 */
export function rollbackTarget(entries: readonly Entry[], failed: readonly string[]): Entry | null {
  return verifiedReleases(entries).find(({ key }) => !failed.includes(key)) ?? null;
}

/**
 * The failure that speaks against trying a release once more: its newest attempt, when it failed by itself. An attempt
 * that was interrupted, or restored later and passed, does not count.
 */
export function quarantined(entries: readonly Entry[], key: string): Entry | null {
  const newest = entries.findLast((entry) => entry.key === key && entry.outcome !== 'interrupted');
  return newest?.outcome === 'failed' ? newest : null;
}

/** What should be live by the ledger: the newest entry, when it is verified. */
export function verifiedNow(entries: readonly Entry[]): Entry | null {
  const newest = entries.at(-1);
  return newest?.outcome === 'verified' ? newest : null;
}
