import { type Entry, emptyLedger, goodReleases, keptReleases, type Ledger } from '../../../../release/ledger/ledger.ts';

/** How a release behaves when it is tried; what its checks say is true as long as it stays so. */
export const natures = ['good', 'good', 'good', 'untested', 'failing', 'crashing', 'hook', 'ahead', 'schema'] as const;
export type Nature = (typeof natures)[number];

/** What can be left live. A hook fails in an upgrade only; what it did before is not done again when the release comes back. */
export const livable: readonly Nature[] = ['good', 'hook', 'untested', 'ahead'];
/** What passes its tests. */
export const passing: readonly Nature[] = ['good', 'hook'];

export interface Revision {
  number: number;
  /** Of the release that it is: the same key has the same manifest. */
  key: string;
  status: string;
}

/** Helm keeps so many revisions here, to forget them soon. */
const helmKeeps = 4;

/**
 * One release in a cluster, as far as decisions depend on it: Helm's revisions, our copies of them, the ledger, who holds the lease, what
 * runs. It also remembers what really happened, which the pipeline has to find out.
 */
export class World {
  revisions: Revision[] = [];
  archive = new Map<string, Revision>();
  ledger: Ledger = emptyLedger;
  holder = '';
  fence = 0;
  /** The release whose objects are in the cluster; null for none. */
  runs: string | null = null;
  drifted = false;
  natures = new Map<string, Nature>();

  /** What passed its tests since anything was changed, and in which run. */
  tested: { key: string; run: string } | null = null;
  /** What was live for good, newest last, whoever made it so. */
  goods: string[] = [];
  /** Whatever was live at any time, as far as nobody found that it does not work. */
  lived = new Set<string>();
  /** What was seen to be bad at its newest attempt. */
  bad = new Set<string>();
  /** What was deployed before the operation that is open, or was opened last. */
  before: string | null = null;
  /** How many releases were put back since then. */
  returns = 0;
  /** Somebody deleted the ledger, so that nobody can know what it knew. */
  forgotten = false;
  /** Releases of which no copy could be kept, or whose traces somebody removed. */
  uncopied = new Set<string>();

  nature(key: string | null): Nature {
    return this.natures.get(key ?? '') ?? 'good';
  }

  get newest(): Revision | undefined {
    return this.revisions.at(-1);
  }

  /** What Helm calls deployed. */
  get deployed(): string | null {
    return this.revisions.findLast(({ status }) => status === 'deployed')?.key ?? null;
  }

  has(key: string): boolean {
    return this.archive.has(key) || this.revisions.some((one) => one.key === key && kept.includes(one.status));
  }

  /** Begins a revision, as Helm does before it changes anything. */
  begin(key: string, status: string): Revision {
    const revision = { number: (this.newest?.number ?? 0) + 1, key, status };
    this.revisions.push(revision);
    return revision;
  }

  /** Puts its objects into the cluster. */
  apply({ key }: Revision): void {
    this.runs = key;
    this.tested = null;
    this.drifted = false;
  }

  complete(revision: Revision): void {
    for (const one of this.revisions) if (one.status === 'deployed') one.status = 'superseded';
    revision.status = 'deployed';
    this.prune(helmKeeps);
  }

  /** Helm never drops what is deployed. */
  prune(most: number): void {
    while (this.revisions.length > most) {
      const index = this.revisions.findIndex(({ status }) => status !== 'deployed');
      if (index < 0 || index === this.revisions.length - 1) return;
      this.revisions.splice(index, 1);
    }
  }

  /** As the real archive chooses what to keep. */
  keep(entry: Pick<Entry, 'key' | 'revision'>, entries: readonly Entry[]): void {
    const revision = this.revisions.find(({ number }) => number === entry.revision);
    if (revision) this.archive.set(entry.key, { ...revision });
    const keys = [...new Set([entry.key, ...goodReleases(entries).map(({ key }) => key)])].slice(0, keptReleases);
    for (const key of this.archive.keys()) if (!keys.includes(key)) this.archive.delete(key);
  }

  /** Somebody deletes the ledger. */
  forget(): void {
    this.ledger = emptyLedger;
    this.forgotten = true;
  }

  /** As in a namespace into which only the ledger was copied. */
  loseAllButLedger(): void {
    for (const key of this.archive.keys()) this.uncopied.add(key);
    for (const { key } of this.ledger.entries) this.uncopied.add(key);
    this.revisions = [];
    this.archive.clear();
    this.runs = null;
  }

  /** What is live for good now. */
  wasGood(key: string): void {
    this.goods = [...this.goods.filter((one) => one !== key), key];
    this.lived.add(key);
  }
}

const kept = ['deployed', 'superseded', 'failed'];

/** By which a revision is known again. */
export const hashOf = (key: string): string => `manifest of ${key}`;
