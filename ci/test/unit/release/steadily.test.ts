import * as assert from 'uvu/assert';
import { type ErrorCode, PipelineError } from '../../../core/errors.ts';
import type { HeldRelease } from '../../../release/journal.ts';
import { steadily } from '../../../release/steadily.ts';
import { describe } from '../../harness.ts';
import { fakeReport } from '../report/fakeReport.ts';
import { heldLease } from './fakeLedger.ts';

/** Takes a step that fails with these codes, one after the other, and then works. */
async function step(failures: ErrorCode[], { once = [] as ErrorCode[], lost = false } = {}) {
  const done: string[] = [];
  const say = (word: string) => async () => void done.push(word);
  const assertHeld = () => {
    if (lost) throw new PipelineError('LEASE_LOST', 'another run has it');
  };
  const ctx = {
    report: fakeReport(),
    journal: { lease: { ...heldLease(1), assertHeld, confirm: say('confirm') } },
    client: { waitForHooks: say('hooks'), unlock: say('unlock') },
  } as unknown as HeldRelease;
  const work = async () => {
    done.push('step');
    const code = failures.shift();
    if (code) throw new PipelineError(code, `why: ${code}`);
    return 'well';
  };
  const ended = await steadily(ctx, work, once).catch((error: PipelineError) => error.code);
  return { ended, done: done.join(' '), notes: ctx.report.notes };
}

describe('steadily', (test) => {
  test('begins anew when the cluster is back, with nothing at work and nothing pending', async () => {
    const { ended, done, notes } = await step(['CLUSTER']);
    assert.equal([ended, done], ['well', 'step confirm hooks unlock step']);
    assert.ok(notes.includes('begun anew: why: CLUSTER'));
  });

  test('gives up after three tries', async () => {
    const { ended, done } = await step(['CLUSTER', 'CLUSTER', 'CLUSTER']);
    assert.equal([ended, done.split(' ').filter((word) => word === 'step').length], ['CLUSTER', 3]);
  });

  test('does not try again what failed by itself', async () => {
    assert.equal((await step(['VERIFY'])).done, 'step');
    assert.equal((await step(['NOT_TRIED'])).ended, 'NOT_TRIED');
  });

  test('tries once more what the cluster could not run, where that is asked for', async () => {
    assert.is((await step(['NOT_TRIED'], { once: ['NOT_TRIED'] })).ended, 'well');
    assert.is((await step(['NOT_TRIED', 'NOT_TRIED'], { once: ['NOT_TRIED'] })).ended, 'NOT_TRIED');
  });

  test('begins nothing when another run has the release', async () => {
    assert.equal((await step(['CLUSTER'], { lost: true })).done, 'step');
    assert.is((await step(['CLUSTER'], { lost: true })).ended, 'LEASE_LOST');
  });
});
