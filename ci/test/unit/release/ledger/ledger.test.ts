import * as assert from 'uvu/assert';
import {
  append,
  emptyLedger,
  keptVerified,
  type Ledger,
  quarantined,
  rollbackTarget,
  verifiedNow,
  verifiedReleases,
} from '../../../../release/ledger/ledger.ts';
import { describe } from '../../../harness.ts';
import { attempt, ledgerOf } from '../fakeLedger.ts';

const target = (failed: string[], ...attempts: string[]) =>
  rollbackTarget(ledgerOf(...attempts).entries, failed)?.key ?? null;

describe('rollbackTarget', (test) => {
  test('is the release that passed, whatever came after it', () => {
    assert.is(target(['d'], 'a+', 'b?', 'c-', 'd-'), 'a');
    assert.is(target(['c'], 'a+', 'b+', 'c-'), 'b');
    assert.is(target(['c'], 'a+', 'b!', 'c-'), 'a');
  });

  test('is never what has just failed, though it passed before', () => {
    assert.is(target(['b'], 'a+', 'b+', 'b-'), 'a');
    assert.is(target(['b', 'a'], 'a+', 'b+'), null);
  });

  test('is nothing where nothing passed', () => {
    assert.is(target([]), null);
    assert.is(target([], 'a-', 'b?', 'c!'), null);
  });
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

  test('leads back to the newest release that passed and is another', () => {
    let found = 0;
    for (const history of histories) {
      const failed = history.at(-1)?.[0] ?? '';
      const expected = history.findLast((one) => one.endsWith('+') && one[0] !== failed)?.[0] ?? null;
      assert.is(target([failed], ...history), expected, history.join(' '));
      if (expected) found++;
    }
    assert.ok(found > 300);
  });

  test('keeps its verified releases, whatever the bound, and its length within it', () => {
    for (const history of histories)
      for (const bound of [1, 5, 20]) {
        let ledger: Ledger = emptyLedger;
        const passed: string[] = [];
        for (const one of history) {
          const outcome = one.endsWith('+') ? 'verified' : 'failed';
          ledger = append(ledger, attempt(one.slice(0, 1), outcome), bound);
          if (outcome === 'verified') passed.unshift(one.slice(0, 1));
        }
        const expected = [...new Set(passed)].slice(0, keptVerified);
        assert.equal(
          verifiedReleases(ledger.entries)
            .map(({ key }) => key)
            .slice(0, keptVerified),
          expected,
        );
        assert.ok(ledger.entries.length <= Math.max(bound, keptVerified));
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

describe('verifiedNow', (test) => {
  test('is the newest entry, if it passed', () => {
    assert.is(verifiedNow(ledgerOf('a-', 'b+').entries)?.key, 'b');
    assert.is(verifiedNow(ledgerOf('b+', 'a-').entries), null);
    assert.is(verifiedNow([]), null);
  });
});
