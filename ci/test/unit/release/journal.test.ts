import * as assert from 'uvu/assert';
import { entryOf } from '../../../release/journal.ts';
import { describe } from '../../harness.ts';
import { operation } from './fakeLedger.ts';

describe('entryOf', (test) => {
  test('keeps of a reason as much as the ledger has room for', () => {
    const reasonOf = (reason?: string) =>
      entryOf(operation('a'), { kind: 'deploy', outcome: 'failed', revision: 1, ...(reason && { reason }) }).reason;
    assert.is(reasonOf('no'), 'no');
    assert.is(reasonOf('x'.repeat(5_000))?.length, 1_000);
    assert.is(reasonOf(), undefined);
  });
});
