import * as assert from 'uvu/assert';
import {
  append,
  emptyLedger,
  goodReleases,
  keptReleases,
  type Ledger,
  liveEntry,
  quarantined,
} from '../../../../release/ledger/ledger.ts';
import { describe } from '../../../harness.ts';
import { attempt, ledgerOf } from '../fakeLedger.ts';

const good = (...attempts: string[]) => goodReleases(ledgerOf(...attempts).entries).map(({ key }) => key);

describe('goodReleases', (test) => {
  test('are what passed or has no tests, the newest first', () => {
    assert.equal(good('a+', 'b+', 'c-'), ['b', 'a']);
    assert.equal(good('a+', 'b?', 'c?', 'd-'), ['c', 'b', 'a']);
    assert.equal(good('a+', 'b+', 'a+'), ['a', 'b']);
  });

  test('are not what failed since, and still what was only interrupted since', () => {
    assert.equal(good('a+', 'b+', 'b-'), ['a']);
    assert.equal(good('a+', 'b+', 'b!'), ['b', 'a']);
  });

  test('are nothing where nothing was live', () => assert.equal(good('a-', 'c!'), []));
});

/** A sequence of numbers from 0 to 1 that is the same in every run of the tests. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

describe('any history', (test) => {
  const histories = Array.from({ length: 500 }, (_, seed) => {
    const random = numbers(seed + 1);
    const next = () => random.next().value;
    const length = Math.floor(next() * 120);
    return Array.from({ length }, () => `${'abcdefgh'[Math.floor(next() * 8)]}${'+---?!'[Math.floor(next() * 6)]}`);
  });

  test('keeps the releases that were live, whatever the bound, and its length within it', () => {
    for (const history of histories)
      for (const bound of [1, 5, 20]) {
        let ledger: Ledger = emptyLedger;
        const passed: string[] = [];
        for (const one of history) {
          const outcome = one.endsWith('+') ? 'verified' : one.endsWith('?') ? 'unverified' : 'interrupted';
          ledger = append(ledger, attempt(one.slice(0, 1), outcome), bound);
          if (outcome !== 'interrupted') passed.unshift(one.slice(0, 1));
        }
        const expected = [...new Set(passed)].slice(0, keptReleases);
        assert.equal(
          goodReleases(ledger.entries)
            .map(({ key }) => key)
            .slice(0, keptReleases),
          expected,
        );
        assert.ok(ledger.entries.length <= Math.max(bound, keptReleases));
      }
  });

  test('numbers its entries in order, and never uses a number twice', () => {
    for (const history of histories) {
      const numbers = ledgerOf(...history).entries.map(({ number }) => number);
      assert.equal(
        numbers,
        [...new Set(numbers)].sort((a, b) => a - b),
      );
      assert.is(numbers.at(-1), history.length > 0 ? history.length : undefined);
    }
  });
});

describe('quarantined', (test) => {
  const reason = (key: string, ...attempts: string[]) =>
    quarantined(ledgerOf(...attempts).entries, key)?.outcome ?? null;

  test('is what failed at its newest attempt', () => {
    assert.is(reason('a', 'a-', 'b+'), 'failed');
    assert.is(reason('a', 'a+', 'a-'), 'failed');
    assert.is(reason('a', 'a-', 'a!'), 'failed');
  });

  test('is not what passed since, was only interrupted, or is new', () => {
    assert.is(reason('a', 'a-', 'a+'), null);
    assert.is(reason('a', 'a!'), null);
    assert.is(reason('a', 'b-'), null);
  });
});

describe('liveEntry', (test) => {
  const live = (...attempts: string[]) => liveEntry(ledgerOf(...attempts).entries)?.key ?? null;

  test('is the newest entry, if it was live in the end', () => {
    assert.is(live('a-', 'b+'), 'b');
    assert.is(live('a-', 'b?'), 'b');
    assert.is(live('b+', 'a-'), null);
    assert.is(live(), null);
  });

  test('is none of those that changed nothing', () => {
    const nothing = attempt('l', 'interrupted', { revision: null });
    assert.is(liveEntry(append(ledgerOf('j+', 'k+'), nothing).entries)?.key, 'k');
  });
});
