import * as assert from 'uvu/assert';
import type { Context } from '../../core/context.ts';
import type { PipelineError } from '../../core/errors.ts';
import { deliver } from '../../pipeline.ts';
import { type HeldRelease, openJournal } from '../../release/journal.ts';
import { append, emptyLedger, type Identity, type Ledger, type Operation } from '../../release/ledger/ledger.ts';
import { describe, rejects } from '../harness.ts';
import { attempt, heldLease } from './release/fakeLedger.ts';
import { fakeConfig, fakeReport, listeningLog } from './report/fakeReport.ts';

const newer = attempt('b', 'verified', { commit: 'b'.repeat(40), origin: { at: 2 } });
const older: Identity = { ...attempt('a', 'failed'), commit: 'a'.repeat(40), origin: { at: 1, ancestors: ['c'] } };

/** Delivers the older one by a push, while the newer one is live. Helm gets no further than its name. */
async function delivered(begun: number) {
  let ledger: Ledger = append(emptyLedger, newer);
  let opened: Operation | null = null;
  const store = {
    read: async () => ledger,
    update: async (_: number, change: (ledger: Ledger) => Ledger) => {
      ledger = change(ledger);
      opened ??= ledger.operation;
      return ledger;
    },
  };
  const client = {
    history: async () => [{ revision: 1, status: 'deployed' }],
    identify: async () => newer,
    changedByHand: async () => [],
    describeLive: async () => 'revision 1',
  };
  const held = {
    ...{ client, journal: openJournal(store, heldLease(1)), log: listeningLog(), report: fakeReport(), runId: 'r' },
    ...{ config: fakeConfig({ trigger: { kind: 'push' } }), place: { release: 'shop' } },
    signal: new AbortController().signal,
  } as unknown as Context & HeldRelease;
  const upgrade = async () => Promise.reject(new Error('helm was called'));
  const error = (await rejects(deliver(held, older, upgrade, (work) => work(() => {}), begun))) as PipelineError;
  return { error, opened: opened as Operation | null, notes: held.report.notes };
}

describe('a delivery', (test) => {
  test('of an older commit whose run was slow touches nothing', async () => {
    const { error, opened } = await delivered(0);
    assert.equal([error.code, opened], ['SUPERSEDED', null]);
  });

  test('of an older commit otherwise goes back with a note, and writes down how old it is', async () => {
    const { error, opened, notes } = await delivered(1);
    assert.is(error.message, 'helm was called');
    assert.match(notes.join(), /goes back: commit a{12} /);
    assert.equal(opened?.origin, older.origin);
  });
});
