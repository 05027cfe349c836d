import * as assert from 'uvu/assert';
import { liveFrom } from '../../../../release/state/describeLive.ts';
import { describe } from '../../../harness.ts';
import { ledgerOf } from '../fakeLedger.ts';

describe('what is live', (test) => {
  const { entries } = ledgerOf('aaa+', 'bbb-');
  const pod = (digest: string, ready = 'True') => ({
    status: {
      conditions: [{ type: 'Ready', status: ready }],
      containerStatuses: [
        { imageID: `registry.example.com/shop@sha256:${digest}`, name: '', image: '', ready: true, restartCount: 0 },
      ],
    },
  });

  test('is told from what is ready, whatever Helm calls it', () => {
    const newest = { revision: 3, status: 'failed' };
    assert.is(
      liveFrom('shop', newest, [pod('aaa'), pod('aaa'), pod('bbb', 'False'), pod('other')], entries),
      'revision 3 of shop, which Helm calls failed; ready pods run commit commit-of-aa in 2',
    );
    assert.is(
      liveFrom('shop', undefined, [pod('aaa', 'False')], entries),
      'no revision of shop; no pod that is ready runs its image',
    );
  });
});
