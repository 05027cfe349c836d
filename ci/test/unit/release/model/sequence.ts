import fc from 'fast-check';
import type { Fault } from './faults.ts';
import { Judge } from './judge.ts';
import { type Asked, perform } from './runs.ts';
import { type Nature, natures, World } from './world.ts';

/** What happens next: a run, or what somebody does by hand, or a release that behaves otherwise from now on. */
export type Event =
  | { kind: 'run'; asked: Asked; faults: Fault[] }
  | { kind: 'helm rollback'; back: number }
  | { kind: 'helm upgrade' }
  | { kind: 'helm uninstall' }
  | { kind: 'kubectl edit' }
  | { kind: 'prune history' }
  | { kind: 'delete ledger' }
  | { kind: 'lose all but the ledger' }
  | { kind: 'becomes'; key: string; nature: Nature };

export type Sequence = { natures: Nature[]; events: Event[] };

const keys = ['a', 'b', 'c', 'd', 'e'];
const key = fc.constantFrom(...keys);
const fault: fc.Arbitrary<Fault> = fc.record({
  at: fc.nat(60),
  kind: fc.constantFrom('kill', 'kill', 'kill', 'away', 'away', 'away', 'stolen', 'evicted', 'forget'),
  length: fc.integer({ min: 1, max: 12 }),
});
const asked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('deliver' as const), key, retry: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('go back' as const),
      to: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'look after' as const }) },
);
const byHand = (kind: Exclude<Event['kind'], 'run' | 'becomes' | 'helm rollback'>) => fc.constant({ kind });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      asked,
      faults: fc.oneof(
        { weight: 2, arbitrary: fc.constant<Fault[]>([]) },
        { weight: 2, arbitrary: fc.array(fault, { maxLength: 2 }) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('becomes' as const), key, nature: fc.constantFrom(...natures) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('helm rollback' as const), back: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: byHand('helm upgrade') },
  { weight: 1, arbitrary: byHand('kubectl edit') },
  { weight: 1, arbitrary: byHand('prune history') },
  { weight: 1, arbitrary: byHand('helm uninstall') },
  { weight: 1, arbitrary: byHand('delete ledger') },
  { weight: 1, arbitrary: byHand('lose all but the ledger') },
);

/** Histories of a release. */
export const sequences: fc.Arbitrary<Sequence> = fc.record({
  natures: fc.array(fc.constantFrom(...natures), { minLength: keys.length, maxLength: keys.length }),
  events: fc.array(event, { minLength: 1, maxLength: 10 }),
});

/** @throws Violation saying what must never happen */
export async function live({ natures: first, events }: Sequence): Promise<void> {
  const world = new World();
  const judge = new Judge(world);
  for (const [index, one] of keys.entries()) world.natures.set(one, first[index] ?? 'good');
  for (const [index, each] of events.entries()) {
    if (each.kind === 'run') await perform(each.asked, world, judge, each.faults);
    else byOthers(each, world, index);
    if (judge.violation) throw judge.violation;
  }
}

function byOthers(event: Exclude<Event, { kind: 'run' }>, world: World, index: number): void {
  const { newest } = world;
  switch (event.kind) {
    case 'becomes':
      world.natures.set(event.key, event.nature);
      return;
    case 'helm upgrade': {
      // Helm refuses it beside an operation that has not ended.
      if (newest?.status.startsWith('pending')) return;
      const revision = world.begin(`hand-${index}`, 'pending-upgrade');
      world.apply(revision);
      world.complete(revision);
      world.lived.add(revision.key);
      return;
    }
    case 'helm rollback': {
      const from = world.revisions.at(-1 - event.back);
      if (!from || newest?.status.startsWith('pending')) return;
      const revision = world.begin(from.key, 'pending-rollback');
      world.apply(revision);
      world.complete(revision);
      world.lived.add(revision.key);
      return;
    }
    case 'helm uninstall':
      world.revisions = [];
      world.runs = null;
      return;
    case 'kubectl edit':
      world.drifted = true;
      return;
    case 'prune history':
      world.prune(1);
      return;
    case 'delete ledger':
      world.forget();
      return;
    case 'lose all but the ledger':
      world.loseAllButLedger();
  }
}
