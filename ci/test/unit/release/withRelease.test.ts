import * as assert from 'uvu/assert';
import type { Context } from '../../../core/context.ts';
import type { PipelineError } from '../../../core/errors.ts';
import { ledgerStore } from '../../../release/ledger/store.ts';
import { withRelease } from '../../../release/withRelease.ts';
import { describe, rejects } from '../../harness.ts';
import { withObjectStore } from '../kube/objectStore.ts';
import { fakeConfig, listeningLog } from '../report/fakeReport.ts';

describe('withRelease', (test) => {
  test('shuts out the former holder of the lease before the work begins', () =>
    withObjectStore(async ({ kube, objects }) => {
      objects.set('/api/v1/namespaces/shop', { metadata: { name: 'shop', resourceVersion: '1' } });
      const ledger = ledgerStore({ kube, namespace: 'shop', release: 'shop' });
      await ledger.update(4, (read) => read);
      const config = fakeConfig();
      const ctx = {
        ...{ place: { kube, namespace: 'shop', release: 'shop' }, config, log: listeningLog() },
        runId: 'r',
      };
      const { signal } = new AbortController();
      const fence = await withRelease(
        { ...ctx, signal } as unknown as Context,
        null,
        async ({ journal: { lease } }) => {
          const error = await rejects(ledger.update(4, (read) => read));
          assert.is((error as PipelineError).code, 'LEASE_LOST');
          return lease.fence;
        },
      );
      assert.equal([fence, (await ledger.read()).fence], [5, 5]);
    }));
}, 60_000);
