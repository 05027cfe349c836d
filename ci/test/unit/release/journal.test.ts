import * as assert from 'uvu/assert';
import { entryOf, openJournal } from '../../../release/journal.ts';
import { emptyLedger, type Ledger } from '../../../release/ledger/ledger.ts';
import { describe } from '../../harness.ts';
import { attempt, heldLease, operation } from './fakeLedger.ts';

/** A ledger in the memory. */
function kept(ledger: Ledger = emptyLedger) {
  const all = { ledger };
  const store = {
    read: async () => all.ledger,
    update: async (fence: number, change: (ledger: Ledger) => Ledger) => {
      all.ledger = { ...change(all.ledger), fence };
      return all.ledger;
    },
  };
  return { all, journal: openJournal(store, heldLease(1)) };
}

describe('the journal', (test) => {
  test('remembers what is under way when somebody deletes the ledger, so that it is undone all the same', async () => {
    const { all, journal } = kept();
    await journal.begin(operation('a', { before: 1 }));
    all.ledger = emptyLedger;
    assert.is((await journal.read()).operation?.key, 'a');
    await journal.record(attempt('a', 'failed'), 'rollback');
    assert.is(all.ledger.operation?.phase, 'rollback');
    await journal.abandon();
    all.ledger = emptyLedger;
    assert.is((await journal.read()).operation, null);
  });

  test('knows the number that Helm will give, as long as that is known', async () => {
    const { journal } = kept();
    const revision = async () => (await journal.read()).operation?.revision;
    await journal.begin(operation('a', { before: 1 }));
    await journal.phase('upgrade', 2);
    await journal.phase('wait');
    assert.is(await revision(), 2);
    await journal.phase('rollback', null);
    assert.is(await revision(), undefined);
    const entry = entryOf((await journal.read()).operation ?? operation('a'), {
      ...{ kind: 'deploy', outcome: 'interrupted', revision: null },
    });
    assert.not('before' in entry || 'live' in entry, 'an entry is of what was released');
  });
});

describe('entryOf', (test) => {
  test('keeps of a reason as much as the ledger has room for', () => {
    const reasonOf = (reason?: string) =>
      entryOf(operation('a'), { kind: 'deploy', outcome: 'failed', revision: 1, ...(reason && { reason }) }).reason;
    assert.is(reasonOf('no'), 'no');
    assert.is(reasonOf('x'.repeat(5_000))?.length, 1_000);
    assert.is(reasonOf(), undefined);
  });
});
