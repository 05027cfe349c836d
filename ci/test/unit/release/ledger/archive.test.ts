import * as assert from 'uvu/assert';
import type { ReleaseContext } from '../../../../core/context.ts';
import { encodeRecord } from '../../../../helm/storage.ts';
import { archiveOrNote } from '../../../../release/ledger/archive.ts';
import { describe } from '../../../harness.ts';
import { withObjectStore } from '../../kube/objectStore.ts';
import { fakeReport } from '../../report/fakeReport.ts';

const secrets = '/api/v1/namespaces/shop/secrets';
const helms = {
  metadata: { name: 'sh.helm.release.v1.shop.v4', resourceVersion: '1' },
  data: { release: encodeRecord({ version: 4, info: { status: 'deployed' }, manifest: '' }) },
};

describe('archiveOrNote', (test) => {
  test('outlasts a cluster that gives no answer for a moment', () =>
    withObjectStore(async (store) => {
      store.objects.set(`${secrets}/${helms.metadata.name}`, helms);
      const statuses = [503];
      store.before = () => statuses.shift();
      const report = fakeReport();
      const ctx = {
        place: { kube: store.kube, namespace: 'shop', release: 'shop' },
        report,
      } as unknown as ReleaseContext;
      await archiveOrNote(ctx, { key: 'a', revision: 4 }, []);
      assert.ok(store.objects.has(`${secrets}/shop-kept-a`));
      assert.equal(report.notes, []);
    }));

  test('only notes that it could not be done: what passed its tests is no worse for that', () =>
    withObjectStore(async ({ kube, objects }) => {
      const report = fakeReport();
      const ctx = { place: { kube, namespace: 'shop', release: 'shop' }, report } as unknown as ReleaseContext;
      await archiveOrNote(ctx, { key: 'a', revision: 4 }, []);
      assert.match(report.notes.join(), /^no copy of revision 4 could be kept for later: 404/);
      assert.is(objects.size, 0);
    }));
});
