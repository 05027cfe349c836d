import fc from 'fast-check';
import { describe } from '../../../harness.ts';
import type { Fault } from './faults.ts';
import { type Event, live, sequences } from './sequence.ts';
import type { Nature } from './world.ts';

/** Of the run that everybody makes; MODEL_SEED, a number or `any`, and MODEL_RUNS look elsewhere, and for longer. */
const { MODEL_SEED: wanted = '20260101' } = process.env;
const seed = wanted === 'any' ? Date.now() % 2 ** 31 : Number(wanted);
const numRuns = Number(process.env['MODEL_RUNS'] ?? 10_000);

const deliver = (key: string, ...faults: Fault[]): Event => ({
  kind: 'run',
  asked: { kind: 'deliver', key, retry: true },
  faults,
});
const goBack = (...faults: Fault[]): Event => ({ kind: 'run', asked: { kind: 'go back', to: undefined }, faults });
const kill = (at: number): Fault => ({ at, kind: 'kill', length: 1 });
const away = (at: number, length = 1): Fault => ({ at, kind: 'away', length });
const becomes = (key: string, nature: Nature): Event => ({ kind: 'becomes', key, nature });
const helm = (kind: 'helm upgrade' | 'helm uninstall' | 'delete ledger'): Event => ({ kind });
const helmRollback = (back: number): Event => ({ kind: 'helm rollback', back });

/** What the search found once, with what went wrong then. */
const found: Record<string, Event[]> = {
  'a hand made something else live while a run was dead: its release was called failed': [
    ...[deliver('a'), deliver('d', kill(17)), helm('helm upgrade'), deliver('a')],
  ],
  'the same under the very number that the dead run had in mind': [
    ...[deliver('a', kill(17)), helm('helm upgrade'), deliver('a', kill(29)), helm('helm upgrade'), deliver('c')],
  ],
  'a hand went back to what had failed, and the next undo did, too': [
    ...[becomes('c', 'failing'), deliver('a'), deliver('c'), helmRollback(1), deliver('c'), deliver('a')],
  ],
  'what Helm took for good was taken under a number of which the ledger knew nothing': [
    ...[deliver('b'), becomes('b', 'failing'), helm('helm upgrade'), helmRollback(1), deliver('b'), deliver('a')],
  ],
  'a failure was known by its number only, which Helm gave away after an uninstall': [
    ...[
      becomes('d', 'schema'),
      deliver('a'),
      helm('helm uninstall'),
      deliver('d'),
      becomes('a', 'ahead'),
      deliver('a'),
    ],
  ],
  'no copy could be kept, and the number meant another release after an uninstall': [
    ...[becomes('c', 'ahead'), deliver('a', away(34)), helm('helm uninstall'), deliver('c')],
  ],
  'the answer was lost that it is verified, and it was undone': [
    deliver('a'),
    deliver('b', kill(23)),
    goBack(away(27)),
  ],
  'a return to what was made by hand was interrupted, and it was not tried any more': [
    ...[becomes('e', 'hook'), deliver('a'), helm('helm upgrade'), deliver('e', away(41)), deliver('a')],
  ],
  'somebody went back by hand to what had only been interrupted, and the next undo did not': [
    ...[becomes('d', 'failing'), deliver('a'), deliver('e', kill(21)), deliver('a'), helmRollback(1), deliver('d')],
  ],
  'somebody removed the release and installed another while a run was dead': [
    ...[deliver('a'), { kind: 'kubectl edit' } as const, deliver('a', kill(27)), helm('helm uninstall')],
    ...[helm('helm upgrade'), deliver('a'), helmRollback(1), becomes('b', 'ahead'), deliver('b')],
  ],
};

/** Mistakes that were seen before there was a model, each at every point at which a run can be killed. */
const known: Record<string, (killed: Fault) => Event[]> = {
  'nine releases without tests came after one with, and the next fails': (killed) => [
    ...['b', 'c', 'e'].map((key) => becomes(key, 'untested')),
    ...[
      deliver('a'),
      deliver('b'),
      deliver('c'),
      deliver('e'),
      becomes('d', 'failing'),
      deliver('d', killed),
      goBack(),
    ],
  ],
  'a verified release is deployed anew, the cluster goes away, and the undoing dies': (killed) => [
    ...[deliver('a'), deliver('b'), deliver('b', away(18, 3), killed), deliver('c')],
  ],
  'a run died before it changed anything, and somebody goes back by hand': (killed) => [
    ...[deliver('a'), deliver('b'), deliver('c', killed), goBack(), goBack()],
  ],
  'somebody went back by hand, and the next delivery fails': (killed) => [
    ...[deliver('a'), deliver('b'), helmRollback(1), becomes('d', 'crashing'), deliver('d', killed), deliver('c')],
  ],
  'the first installation fails where only a ledger was copied': (killed) => [
    ...[deliver('a'), { kind: 'lose all but the ledger' } as const, becomes('b', 'failing'), deliver('b', killed)],
    deliver('b'),
  ],
  'somebody deletes the ledger in the middle': (killed) => [
    ...[
      deliver('a'),
      becomes('b', 'failing'),
      deliver('b', { at: 25, kind: 'forget', length: 1 }, killed),
      deliver('a'),
    ],
  ],
};

describe('a release in whatever happens to it', (test) => {
  for (const [name, events] of Object.entries(known))
    test(`keeps its promises where ${name}`, async () => {
      for (let at = 0; at < 90; at++) await live({ natures: [], events: events(kill(at)) });
    });

  for (const [name, events] of Object.entries(found))
    test(`keeps its promises where ${name}`, () => live({ natures: [], events }));

  test(`keeps its promises in ${numRuns} histories (seed ${seed})`, () =>
    fc.assert(fc.asyncProperty(sequences, live), { seed, numRuns }));
}, 3_600_000);
