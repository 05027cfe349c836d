import * as assert from 'uvu/assert';
import type { ReleaseContext } from '../../../../core/context.ts';
import { sha256 } from '../../../../core/values.ts';
import { encodeRecord } from '../../../../helm/storage.ts';
import { archiveOrNote, hasRevision, identifyRevision } from '../../../../release/ledger/archive.ts';
import { describe } from '../../../harness.ts';
import { withObjectStore } from '../../kube/objectStore.ts';
import { fakeReport } from '../../report/fakeReport.ts';
import { putRecord } from '../fakeHelm.ts';

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

describe('what a revision is known by', (test) => {
  const hook = (command: string) => ({ manifest: `kind: Job\nspec: {command: ${command}}\n`, events: ['pre-upgrade'] });
  const known = (...hooks: ReturnType<typeof hook>[]) =>
    withObjectStore(async ({ kube, objects }) => {
      const place = { kube, namespace: 'shop', release: 'shop' };
      putRecord(objects, { version: 1, info: { status: 'deployed' }, manifest: 'kind: ConfigMap\n', hooks });
      const { manifestHash = '' } = await identifyRevision(place, 1, []);
      const has = (hash: string) => hasRevision(place, { revision: 1, manifestHash: hash });
      return { manifestHash, has: [await has(manifestHash), await has(sha256('kind: ConfigMap\n')), await has('x')] };
    });

  test('are its hooks, too: of two releases only the migration may be another', async () => {
    const [one, other, same] = [
      await known(hook('a'), hook('b')),
      await known(hook('a')),
      await known(hook('b'), hook('a')),
    ];
    assert.is.not(one.manifestHash, other.manifestHash);
    assert.is(one.manifestHash, same.manifestHash, 'in whatever order');
  });

  test('are for ledgers of older versions its objects alone', async () => {
    assert.equal((await known(hook('a'))).has, [true, true, false]);
  });
});
