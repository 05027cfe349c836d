import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { processExists } from '../../../../core/machine.ts';
import { currentHolder, type Holder, hasEnded } from '../../../../release/lock/holder.ts';
import { describe } from '../../../harness.ts';

describe('hasEnded', (test) => {
  const holder: Holder = { run: 'r', by: '', boot: 'this boot', pid: 7, started: '100' };

  const seen = (start: string, there = false, boot = 'this boot') =>
    hasEnded(
      { ...holder, boot },
      'this boot',
      () => start,
      () => there,
    );

  test('is true only of a process of this machine that has ended', () => {
    assert.is(seen(''), true);
    assert.is(seen('200', true), true, 'another process has its number');
    assert.is(seen('100', true), false);
    assert.is(seen('', false, 'another boot'), false);
    assert.is(
      hasEnded({ ...holder, boot: '' }, '', () => ''),
      false,
    );
  });

  test('is false of a process of another user that /proc hides', () => assert.is(seen('', true), false));

  test('takes the word of the system for processes that /proc hides', () => {
    assert.is(processExists(process.pid), true);
    assert.is(processExists(0), false);
    const { pid } = spawnSync('true');
    assert.is(processExists(pid), false);
  });

  test('is false of this very process', () => assert.is(hasEnded(currentHolder('r', 'local')), false));
});
