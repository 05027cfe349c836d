import { goodReleases, type Ledger } from '../../../../release/ledger/ledger.ts';
import { hashOf, livable, passing, type World } from './world.ts';

/** What must never happen. */
export class Violation extends Error {}

/** How a run ended: `well`, a code of the catalogue, or before its time. */
export type Ending = string;

/**
 * Watches over a world: what a run may go back to, write down and claim. It knows what really happened, and decides by that alone.
 */
export class Judge {
  readonly #world: World;
  readonly #suspects = new Set<string>();
  #chooses = false;
  #chosen = false;
  #opened = '';
  /** The first violation: what is thrown inside of a run may be caught there. */
  violation: Violation | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  #assert(holds: boolean, what: string): void {
    if (!holds) this.violation ??= new Violation(what);
  }

  /** Something is about to be put back. */
  returning(key: string): void {
    const world = this.#world;
    const { operation } = world.ledger;
    const expected = this.#expected();
    const first = world.returns++ === 0;
    const chosen = first && operation?.kind === 'rollback';
    if (world.forgotten) return;
    if (chosen && !this.#chosen) this.#assert(key !== world.before, `goes back by hand to ${key}, which is live`);
    // Nothing else is left but what served before.
    const last = expected === null && key === world.before;
    this.#assert(last || world.lived.has(key), `goes back to ${key}, which was never live for good`);
    this.#assert(chosen || last || !world.bad.has(key), `goes back to ${key}, which was seen to be bad`);
    if (first && !chosen && expected !== null)
      this.#assert(key === expected, `goes back to ${key} instead of ${expected}`);
  }

  /** What was live before the operation; or the newest that was live before that. */
  #expected(): string | null {
    const world = this.#world;
    const works = (key: string) => !world.bad.has(key) && world.has(key);
    if (world.before !== null && works(world.before)) return world.before;
    return world.goods.findLast(works) ?? null;
  }

  /** All of the release is about to be removed. */
  removing(): void {
    this.#assert(this.#world.before === null, `removes everything, though ${this.#world.before} was live before`);
  }

  /** A release was seen to be bad, which is to be written down. */
  seenBad(key: string): void {
    this.#suspects.add(key);
  }

  /** The ledger is about to be written. */
  writing(before: Ledger, after: Ledger, run: string): void {
    const world = this.#world;
    const { operation } = after;
    // One that is written anew, after somebody has deleted the ledger, is the same.
    const opened = operation && `${operation.run} ${operation.startedAt} ${operation.before}`;
    if (opened !== null && opened !== this.#opened) {
      this.#opened = opened;
      this.#chosen = this.#chooses;
      world.before = world.deployed;
      world.returns = 0;
    }
    const added = after.entries.at(-1);
    if (!added || added.number === before.entries.at(-1)?.number) return;
    const { key, outcome, revision } = added;
    const own = world.revisions.find(({ number }) => number === revision)?.key ?? key;
    const nature = world.nature(own);
    if (outcome === 'verified')
      this.#assert(
        world.tested?.key === own && world.tested.run === run && world.runs === own,
        `calls ${key} verified, of which no test has passed now`,
      );
    if (outcome === 'failed')
      this.#assert(nature !== 'good' && nature !== 'untested', `calls ${key} failed, which is ${nature}`);
    if (outcome === 'unverified') this.#assert(livable.includes(nature), `calls ${key} live, which is ${nature}`);
    if (outcome === 'failed') {
      world.bad.add(own);
      this.#suspects.delete(own);
    }
    if (outcome === 'verified' || outcome === 'unverified') {
      world.bad.delete(own);
      world.wasGood(own);
    }
  }

  /**
   * A run has ended by itself.
   * @param changed whether it has changed anything in the cluster
   * @param told whether it has said that something could not be undone
   * @param struck whether anything went wrong around it
   */
  ended(ending: Ending, { changed, told, struck }: { changed: boolean; told: boolean; struck: boolean }): void {
    const world = this.#world;
    const { operation, entries } = world.ledger;
    const { newest } = world;
    const isLive = newest?.status === 'deployed' && newest.key === world.runs;
    const nature = world.nature(world.runs);
    this.#assert(ending !== 'INTERNAL', 'ends by a bug');
    for (const key of struck ? [] : this.#suspects)
      this.#assert(false, `does not write down that ${key} was seen to be bad`);
    if (!struck) {
      this.#assert(operation === null, `ends with ${ending}, and leaves an operation open`);
      this.#assert(
        !['CLUSTER', 'LEASE_LOST', 'NOT_TRIED'].includes(ending),
        `ends with ${ending}, though nothing went wrong`,
      );
    }
    // Who deletes the ledger while the cluster is away takes away what the run can tell.
    const robbed = struck && world.forgotten;
    if (changed && !told && !robbed && !['NOT_RESTORED', 'LEASE_LOST'].includes(ending) && operation === null) {
      const nothing = newest === undefined && world.runs === null;
      this.#assert(
        nothing ? ending !== 'well' || world.before === null : isLive && livable.includes(nature),
        `ends with ${ending}, and what runs is ${world.runs}, ${nature}, ${newest?.status}`,
      );
    }
    if (ending === 'RESTORED') this.#assert(isLive && passing.includes(nature), `restored is ${world.runs}, ${nature}`);
    if (ending === 'FIRST_REMOVED') this.#assert(world.runs === null && !newest, 'removed, and still there');
    const [good] = goodReleases(entries);
    if (good && !world.uncopied.has(good.key))
      this.#assert(world.has(good.key), `${good.key}, the newest that was live, is lost`);
    const known = world.goods.findLast((key) => !world.bad.has(key) && !key.startsWith('hand'));
    if (!world.forgotten && known !== undefined)
      this.#assert(
        goodReleases(entries).some(({ key, manifestHash }) => key === known || manifestHash === hashOf(known)),
        `the ledger has lost ${known}`,
      );
  }

  /**
   * A run begins.
   * @param chooses whether somebody has said to what it is to go back
   */
  begins(chooses: boolean): void {
    this.#suspects.clear();
    this.#chooses = chooses;
  }
}
