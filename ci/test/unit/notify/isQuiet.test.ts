import * as assert from 'uvu/assert';
import type { Report } from '../../../core/report.ts';
import { isQuiet } from '../../../notify/notify.ts';
import { describe } from '../../harness.ts';
import { fakeReport } from '../report/fakeReport.ts';

const quiet = (changes: Partial<Report>, command: Parameters<typeof isQuiet>[0] = 'run') =>
  isQuiet(command, fakeReport(changes));
const recover = { name: 'recover', outcome: 'passed' as const, ms: 1, summary: '' };

describe('what is told to nobody', (test) => {
  test('is a poll that found nothing new; a push and a person are always told', () => {
    assert.is(quiet({ trigger: { kind: 'poll' }, unchanged: 'the same' }), true);
    assert.is(quiet({ trigger: { kind: 'poll' } }), false);
    for (const kind of ['push', 'person', 'cron'] as const)
      assert.is(quiet({ trigger: { kind }, unchanged: 'the same' }), false, kind);
  });

  test('is a release that was looked at and is well, or was left to another run', () => {
    for (const health of ['checked', 'left alone'] as const) {
      assert.is(quiet({ health, trigger: { kind: 'cron' } }), true);
      assert.is(quiet({ health }, 'health'), true);
    }
  });

  test('is no failure, and nothing that was mended', () => {
    for (const exitCode of [10, 13, 69, 143]) {
      assert.is(quiet({ health: 'checked', exitCode }), false);
      assert.is(quiet({ trigger: { kind: 'poll' }, unchanged: 'the same', exitCode }), false);
    }
    assert.is(quiet({ health: 'checked', stages: [recover] }), false);
    assert.is(quiet({ trigger: { kind: 'poll' }, unchanged: 'the same', stages: [recover] }), false);
  });

  test('is decided by the trigger for `run` alone', () =>
    assert.is(quiet({ trigger: { kind: 'poll' }, unchanged: 'the same' }, 'up'), false));
});
