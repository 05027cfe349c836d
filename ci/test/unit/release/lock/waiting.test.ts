import * as assert from 'uvu/assert';
import {
  candidateOf,
  deadWaiters,
  newerWaiter,
  type Observations,
  observe,
  type Waiter,
} from '../../../../release/lock/waiting.ts';
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

describe('candidateOf', (test) => {
  const commit = { commit: 'c', date: '2026-01-02T03:04:05+01:00', dirty: false };

  test('is as new as its commit', () => {
    assert.equal(candidateOf(commit, 7), { commit: 'c', at: Date.parse('2026-01-02T02:04:05Z') });
  });

  test('is as new as can be where there is none, or where it was changed since', () => {
    assert.is(candidateOf({ ...commit, date: '1970-01-01T00:00:00Z' }, 7).at, 7);
    assert.is(candidateOf({ ...commit, dirty: true }, 7).at, 7);
  });
});
