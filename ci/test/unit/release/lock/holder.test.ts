import * as assert from 'uvu/assert';
import { currentHolder, type Holder, hasEnded } from '../../../../release/lock/holder.ts';
import { describe } from '../../../harness.ts';

describe('hasEnded', (test) => {
  const holder: Holder = { run: 'r', by: '', boot: 'this boot', pid: 7, started: '100' };

  test('is true only of a process of this machine that has ended', () => {
    assert.is(
      hasEnded(holder, 'this boot', () => ''),
      true,
    );
    assert.is(
      hasEnded(holder, 'this boot', () => '200'),
      true,
    );
    assert.is(
      hasEnded(holder, 'this boot', () => '100'),
      false,
    );
    assert.is(
      hasEnded(holder, 'another boot', () => ''),
      false,
    );
    assert.is(
      hasEnded({ ...holder, boot: '' }, '', () => ''),
      false,
    );
  });

  test('is false of this very process', () => assert.is(hasEnded(currentHolder('r', 'local')), false));
});
