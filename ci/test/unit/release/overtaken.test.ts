import * as assert from 'uvu/assert';
import type { Trigger } from '../../../core/config.ts';
import type { PipelineError } from '../../../core/errors.ts';
import type { HeldRelease } from '../../../release/journal.ts';
import { append, emptyLedger, type Ledger } from '../../../release/ledger/ledger.ts';
import type { Delivered } from '../../../release/ledger/origin.ts';
import { ledgerStore } from '../../../release/ledger/store.ts';
import { type Direction, direction, newestEntry, refuseOvertaken } from '../../../release/overtaken.ts';
import { describe, rejects } from '../../harness.ts';
import { withObjectStore } from '../kube/objectStore.ts';
import { fakeConfig, fakeReport } from '../report/fakeReport.ts';
import { attempt } from './fakeLedger.ts';

const parent = 'a'.repeat(40);
const child = 'b'.repeat(40);
const beside = 'c'.repeat(40);
const short = (commit: string) => commit.slice(0, 12);
const [early, late] = [1_000, 2_000];
const build = (number: number, job = 'job') => ({ build: { job, number } });
const uncommitted = { uncommitted: true as const };

/** Both may be asked of the same clone, of which the other knows nothing. */
const childOf = (commit: string, at: number): Delivered => ({ commit: child, at, ancestors: [short(commit)] });

const automatic = { byHand: false, since: false };
const slow = { byHand: false, since: true };
const person = { byHand: true, since: false };
const slowPerson = { byHand: true, since: true };

describe('the direction of a delivery', (test) => {
  type Run = typeof automatic;
  const cases: [what: string, mine: Delivered, live: Delivered, run: Run, expected: Direction][] = [
    ['the same commit', { commit: parent, at: early }, { commit: parent, at: early }, slow, 'forward'],
    ['a newer date', { commit: beside, at: late }, { commit: parent, at: early }, slow, 'forward'],
    ['what an older version has delivered', { commit: beside, at: early }, { commit: parent }, slow, 'forward'],
    ['the child of that', childOf(parent, early), { commit: parent }, slow, 'forward'],

    ['a slow push, older', { commit: beside, at: early }, { commit: parent, at: late }, slow, 'overtaken'],
    [
      'a push of what is older than what was live',
      { commit: beside, at: early },
      { commit: parent, at: late },
      automatic,
      'back',
    ],
    ['the same by a person', { commit: beside, at: early }, { commit: parent, at: late }, person, 'back'],
    [
      'the same by a person who had to wait',
      { commit: beside, at: early },
      { commit: parent, at: late },
      slowPerson,
      'back',
    ],

    ['a child whose parent has a date ahead', childOf(parent, early), { commit: parent, at: late }, slow, 'forward'],
    ['a parent with a date ahead, slow', { commit: parent, at: late }, childOf(parent, early), slow, 'overtaken'],
    ['a parent with a date ahead', { commit: parent, at: late }, childOf(parent, early), automatic, 'back'],

    [
      'an earlier build, slow',
      { commit: beside, at: late, ...build(41) },
      { commit: parent, at: early, ...build(42) },
      slow,
      'overtaken',
    ],
    [
      'an earlier build that began late',
      { commit: beside, at: early, ...build(41) },
      { commit: parent, at: late, ...build(42) },
      automatic,
      'overtaken',
    ],
    [
      'an earlier build of a parent',
      { commit: parent, at: late, ...build(41) },
      { ...childOf(parent, early), ...build(42) },
      automatic,
      'overtaken',
    ],
    [
      'an earlier build of a child',
      { ...childOf(parent, early), ...build(41) },
      { commit: parent, at: late, ...build(42) },
      slow,
      'forward',
    ],
    [
      'the first build of a job that was made anew',
      { commit: beside, at: late, ...build(1) },
      { commit: parent, at: early, ...build(800) },
      automatic,
      'forward',
    ],
    [
      'a later build',
      { commit: beside, at: early, ...build(42) },
      { commit: parent, at: late, ...build(41) },
      slow,
      'forward',
    ],
    [
      'a branch that was set back while the build before was at work',
      { commit: parent, at: early, ...build(42) },
      { ...childOf(parent, late), ...build(41) },
      slow,
      'back',
    ],
    [
      'a build of another job',
      { commit: beside, at: early, ...build(42) },
      { commit: parent, at: late, ...build(41, 'other') },
      slow,
      'overtaken',
    ],

    [
      'changes in no commit',
      { commit: beside, at: early, ...uncommitted },
      { commit: parent, at: late },
      person,
      'forward',
    ],
    ['changes on an old commit', { commit: parent, at: late, ...uncommitted }, childOf(parent, early), person, 'back'],
    [
      'changes once more',
      { commit: parent, at: early, ...uncommitted },
      { commit: parent, at: late, ...uncommitted },
      slow,
      'forward',
    ],
    [
      'changes of what is live',
      { commit: parent, at: early, ...uncommitted },
      { commit: parent, at: late },
      person,
      'forward',
    ],
    [
      'a commit in place of its changes',
      { commit: parent, at: early },
      { commit: parent, at: late, ...uncommitted },
      slow,
      'back',
    ],
    [
      'a commit in place of a folder without one',
      { commit: parent, at: early },
      { commit: 'dir-0', at: late, ...uncommitted },
      slow,
      'back',
    ],
  ];
  for (const [what, mine, live, run, expected] of cases)
    test(`${what}: ${expected}`, () => assert.is(direction(mine, live, run), expected));
});

describe('refuseOvertaken', (test) => {
  const first = attempt('a', 'verified', { revision: 1 });
  const newer = attempt('b', 'verified', {
    revision: 2,
    commit: child,
    by: 'bob',
    origin: { at: Date.UTC(2026, 0, 2) },
  });
  const ledger: Ledger = [first, newer].reduce((all, one) => append(all, one), emptyLedger);
  const wanted = { ...attempt('c', 'failed'), commit: parent, origin: { at: Date.UTC(2026, 0, 1) } };

  const held = (kind: Trigger['kind'], deployed = 2): HeldRelease =>
    ({
      client: {
        history: async () => [
          { revision: 1, status: 'superseded' },
          { revision: deployed, status: 'deployed' },
        ],
        describeLive: async () => 'revision 2 of shop',
      },
      config: fakeConfig({ trigger: { kind } }),
      report: fakeReport(),
      place: { release: 'shop' },
    }) as unknown as HeldRelease;

  test('leaves the release to what was deployed after the run had begun', async () => {
    const ctx = held('push');
    const error = (await rejects(refuseOvertaken(ctx, ledger, wanted, 1))) as PipelineError;
    assert.equal([error.code, error.exitCode, ctx.report.live], ['SUPERSEDED', 20, 'revision 2 of shop']);
    assert.is(
      error.message,
      'release shop is left to a newer run: bob has deployed commit bbbbbbbbbbbb of 2026-01-02T00:00:00Z, which comes after commit aaaaaaaaaaaa of 2026-01-01T00:00:00Z',
    );
  });

  test('notes that it goes back, where that is meant or cannot be told', async () => {
    for (const [ctx, begun] of [
      [held('push'), 2],
      [held('push'), null],
      [held('person'), 1],
    ] as const) {
      await refuseOvertaken(ctx, ledger, wanted, begun);
      assert.match(
        ctx.report.notes.join(),
        /^goes back: commit a{12} of 2026-01-01T\S+ is older than what was live, commit b{12} of/,
      );
    }
  });

  test('takes what a failure has brought back for what was live before', async () => {
    const [failed, back] = [
      attempt('d', 'failed', { revision: 3 }),
      { ...newer, kind: 'rollback' as const, revision: 4 },
    ];
    const ctx = held('push', 4);
    await refuseOvertaken(
      ctx,
      [failed, back].reduce((all, one) => append(all, one), ledger),
      wanted,
      2,
    );
    assert.is(ctx.report.notes.length, 1);
  });

  test('compares with nothing else than a delivery that is live', async () => {
    const ctx = held('push', 3);
    await refuseOvertaken(ctx, ledger, wanted, 1);
    await refuseOvertaken(held('push'), append(ledger, attempt('d', 'failed', { revision: 2 })), wanted, 1);
    await refuseOvertaken(held('push'), emptyLedger, wanted, 0);
    assert.equal(ctx.report.notes, []);
  });

  test('knows by the ledger what was there when the run began', () =>
    withObjectStore(async (store) => {
      const place = { kube: store.kube, namespace: 'shop', release: 'shop' };
      assert.is(await newestEntry(place), 0);
      await ledgerStore(place).update(1, () => ledger);
      assert.is(await newestEntry(place), 2);
      store.before = () => 403;
      assert.is(await newestEntry(place), null);
    }));
}, 60_000);
