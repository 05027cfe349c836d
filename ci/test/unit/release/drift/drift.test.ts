import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { type DriftReport, drift } from '../../../../release/drift/drift.ts';
import { describe, rejects } from '../../../harness.ts';
import { type Answer, withFakeCluster } from '../../kube/fakeCluster.ts';

const manifest = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: "1"}
`;
const core = '/api/v1/namespaces/shop-space';
const kinds = {
  resources: [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'namespaces', kind: 'Namespace', namespaced: false },
    { name: 'namespaces/finalize', kind: 'Namespace', namespaced: false },
  ],
};

/** The Secret in which Helm keeps a revision. */
function kept(text: string): Answer {
  const packed = gzipSync(JSON.stringify({ manifest: text, hooks: [] })).toString('base64');
  return { data: { release: Buffer.from(packed).toString('base64') } };
}

const settings = (a: string, resourceVersion = '1') => ({
  kind: 'ConfigMap',
  metadata: { name: 'settings', resourceVersion },
  data: { a },
});

type Routes = Parameters<typeof withFakeCluster>[0];

async function look(routes: Routes, text = manifest): Promise<DriftReport & { asked: string[] }> {
  const secret = { [`${core}/secrets/sh.helm.release.v1.shop.v7`]: kept(text) };
  return withFakeCluster({ '/api/v1': kinds, ...secret, ...routes }, async ({ kube, asked }) => {
    const ctx = { place: { kube, namespace: 'shop-space', release: 'shop' } };
    return { ...(await drift(ctx as unknown as Parameters<typeof drift>[0], 7)), asked };
  });
}

/** Answers what is there, and what the apply would make of it. */
const liveAndApplied = (live: Answer, applied: Answer) => (url: URL) =>
  url.searchParams.has('dryRun') ? applied : live;
const path = `${core}/configmaps/settings`;

describe('drift', (test) => {
  test('changes nothing: it applies as Helm does, by a dry run', async () => {
    const { asked, ...found } = await look({ [path]: settings('1') });
    assert.equal(found, { drift: [], notChecked: [] });
    assert.equal(
      asked.filter((one) => one.startsWith(path)),
      [path, `${path}?dryRun=All&fieldManager=helm&force=true`],
    );
  });
  test('names what the apply would change', async () => {
    const { drift: found } = await look({ [path]: liveAndApplied(settings('2'), settings('1')) });
    assert.equal(found, [{ object: 'ConfigMap settings', path: 'data.a', meant: '1', live: '2' }]);
  });
  test('names what is missing', async () => {
    const { drift: found } = await look({});
    assert.equal(found, [{ object: 'ConfigMap settings', path: '', meant: 'there', live: 'missing' }]);
  });
  test('looks again when somebody wrote in between, and gives up on what does not hold still', async () => {
    let writes = 0;
    const once = () => settings('1', `${Math.min(writes++, 1)}`);
    assert.equal((await look({ [path]: once })).notChecked, []);
    assert.is(writes, 4);
    const always = () => settings(`${writes}`, `${writes++}`);
    const { drift: found, notChecked } = await look({ [path]: always });
    assert.equal(found, []);
    assert.equal(notChecked, ['ConfigMap settings: it does not hold still']);
  });
  test('says what it has no right to, and goes on', async () => {
    const two = `${manifest}\n---\n${manifest.replace('settings', 'others')}`;
    const others = `${core}/configmaps/others`;
    const forbidden = {
      [path]: liveAndApplied(403, settings('1')),
      [others]: liveAndApplied(settings('2'), settings('1')),
    };
    const reader = { [path]: liveAndApplied(settings('1'), 403), [others]: forbidden[others] };
    for (const routes of [forbidden, reader]) {
      const { drift: found, notChecked } = await look(routes as Routes, two);
      assert.equal(notChecked, ['ConfigMap settings: the API server answered 403']);
      assert.is(found.length, 1);
    }
  });
  test('says what the cluster does not know', async () => {
    const foreign = 'apiVersion: example.org/v1\nkind: Shop\nmetadata: {name: mine}';
    assert.equal((await look({}, foreign)).notChecked, ['Shop mine: the cluster does not know example.org/v1']);
  });
  test('finds objects of other namespaces, and of none', async () => {
    const elsewhere = manifest.replace('name: settings', 'name: settings, namespace: elsewhere');
    const { asked } = await look({}, elsewhere);
    assert.is(asked.at(-1), '/api/v1/namespaces/elsewhere/configmaps/settings');
    const clusterWide = await look({}, 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}');
    assert.is(clusterWide.asked.at(-1), '/api/v1/namespaces/shop');
  });
  test('fails when there is no such revision, or the cluster does not answer', async () => {
    await rejects(look({ [`${core}/secrets/sh.helm.release.v1.shop.v7`]: 404 }), /revision 7 of release shop/);
    await rejects(look({ '/api/v1': 500 }), /\/api\/v1 answered 500/);
  });
});
