import * as assert from 'uvu/assert';
import { deadWaiters, newerWaiter, type Observations, observe, type Waiter } from '../../../../release/lock/waiting.ts';
import { describe } from '../../../harness.ts';

const alive = 100;
const waiter = (run: string, at: number, since = 0, seen = 0): Waiter => ({
  run,
  by: run,
  commit: '',
  at,
  since,
  seen,
});
const told = (...waiters: Waiter[]) => Object.fromEntries(waiters.map((one) => [one.run, JSON.stringify(one)]));

/** The same waiters, seen twice, with a sign of life in between. */
function alert(...waiters: Waiter[]): Observations {
  return observe(observe(new Map(), told(...waiters), 0), told(...waiters.map((one) => ({ ...one, seen: 1 }))), 10);
}

describe('newerWaiter', (test) => {
  const of = (observations: Observations, me: Waiter, holder = 'x', now = 20) =>
    newerWaiter(observations, me, holder, now, alive)?.run ?? null;

  test('is the one with the newest commit, whenever it came', () => {
    const [a, b, c] = [waiter('a', 30, 1), waiter('b', 20, 2), waiter('c', 10, 3)];
    const observations = alert(a, b, c);
    assert.equal(
      [a, b, c].map((me) => of(observations, me)),
      [null, 'a', 'a'],
    );
  });

  test('is the last to come of those with the same commit', () => {
    const [a, b] = [waiter('a', 10, 1), waiter('b', 10, 2)];
    assert.equal([of(alert(a, b), a), of(alert(a, b), b)], ['b', null]);
    const [c, d] = [waiter('c', 10, 1), waiter('d', 10, 1)];
    assert.equal([of(alert(c, d), c), of(alert(c, d), d)], ['d', null]);
  });

  test('is not one that is known to come before, though its date says otherwise', () => {
    const child = { ...waiter('child', 10), commit: 'b'.repeat(40), ancestors: ['aaaaaaaaaaaa'] };
    const parent = { ...waiter('parent', 30), commit: 'a'.repeat(40) };
    assert.equal([of(alert(parent, child), child), of(alert(parent, child), parent)], [null, null]);
    const build = (number: number) => ({ build: { job: 'j', number } });
    const [earlier, later] = [
      { ...waiter('a', 30), ...build(41) },
      { ...waiter('b', 10), ...build(42) },
    ];
    assert.is(of(alert(earlier, later), later), null);
    const elsewhere = { ...earlier, build: { job: 'k', number: 41 } };
    assert.is(of(alert(elsewhere, later), later), 'a');
  });

  test('is not one with changes that are in no commit, for one that is committed', () => {
    const changed = { ...waiter('a', 30), uncommitted: true as const };
    assert.equal(
      [of(alert(changed), waiter('b', 10)), of(alert(changed), { ...changed, run: 'b', at: 10 })],
      [null, 'a'],
    );
  });

  test('is never such that each leaves it to another', () => {
    const commits = ['a', 'b', 'c'].map((letter) => letter.repeat(40));
    const known = [[], ['aaaaaaaaaaaa'], []];
    for (const dates of [
      [1, 2, 3],
      [1, 3, 2],
      [2, 1, 3],
      [2, 3, 1],
      [3, 1, 2],
      [3, 2, 1],
      [1, 1, 1],
    ]) {
      for (const numbers of [
        [1, 2, 3],
        [3, 1, 2],
        [2, 3, 1],
      ]) {
        const all = commits.map((commit, index) => ({
          ...waiter(commit[0] as string, dates[index] as number),
          ...{ commit, ancestors: known[index] as string[], build: { job: 'j', number: numbers[index] as number } },
        }));
        assert.ok(
          all.some((me) => of(alert(...all), me) === null),
          JSON.stringify({ dates, numbers }),
        );
      }
    }
  });

  test('is not one that was not seen alive, or no more', () => {
    const me = waiter('a', 10);
    const once = observe(new Map(), told(waiter('b', 20)), 0);
    assert.is(of(once, me), null);
    assert.is(of(observe(once, told(waiter('b', 20)), 10), me), null);
    assert.is(of(alert(waiter('b', 20)), me, 'x', 10 + alive), null);
    assert.is(of(observe(alert(waiter('b', 20)), {}, 15), me), null);
    assert.is(of(observe(observe(new Map(), { b: 'x' }, 0), { b: 'nonsense' }, 10), me), null);
  });

  test('is one that has taken the lease, though it waits no more', () => {
    const observations = observe(observe(new Map(), told(waiter('b', 20), waiter('c', 5)), 0), {}, 10);
    assert.is(of(observations, waiter('a', 10), 'b'), 'b');
    assert.is(of(observations, waiter('a', 10), 'c'), null);
  });
});

describe('deadWaiters', (test) => {
  test('are those that gave no sign of life while we looked', () => {
    const observations = observe(alert(waiter('a', 1)), { b: 'nonsense', ...told(waiter('a', 1, 0, 1)) }, 50);
    assert.equal(deadWaiters(observations, 10 + alive, alive), ['a']);
    assert.equal(deadWaiters(observations, 50 + alive, alive).sort(), ['a', 'b']);
    assert.equal(deadWaiters(observe(observations, {}, 60), 50 + alive, alive), []);
  });
});
