import * as assert from 'uvu/assert';
import type { ReleaseContext } from '../../../../core/context.ts';
import { changedByHand } from '../../../../release/drift/changedByHand.ts';
import { describe } from '../../../harness.ts';
import { withFakeCluster } from '../../kube/fakeCluster.ts';
import { fakeReport } from '../../report/fakeReport.ts';
import { recordObject } from '../fakeHelm.ts';

const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "1"}\n';
const own = { manager: 'helm', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } };

/** A variable was added by hand at `time`, by the API server's clock. */
async function look(time: string, tested: { startedAt: string; begunAt?: string } | null) {
  const byHand = { manager: 'kubectl-edit', operation: 'Update', time, fieldsV1: { 'f:data': { 'f:DEBUG': {} } } };
  const settings = {
    metadata: { name: 'settings', resourceVersion: '1', managedFields: [own, byHand] },
    data: { a: '1', DEBUG: 'on' },
  };
  const routes = {
    '/api/v1': { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] },
    '/api/v1/namespaces/shop/configmaps/settings': settings,
    '/api/v1/namespaces/shop/secrets/sh.helm.release.v1.shop.v2': recordObject({
      ...{ version: 2, info: { status: 'deployed' }, manifest },
    }),
  };
  return withFakeCluster(routes, async ({ kube }) => {
    const report = fakeReport();
    const ctx = { place: { kube, namespace: 'shop', release: 'shop' }, report } as unknown as ReleaseContext;
    const lines = await changedByHand(ctx, 2, tested);
    return [lines.length, report.notes.map((note) => note.replace(/:.*$/, ''))];
  });
}

describe('what was added by hand', (test) => {
  const added = [1, ['changed by hand']];
  const before = [0, ['added by hand before the last deployment, which leaves it there']];
  const begunAt = '2026-01-01T12:00:05Z';

  test('before the deployment that passed its tests has passed them, too', async () => {
    assert.equal(await look('2026-01-01T11:59:00Z', { startedAt: '2026-01-01T12:00:00Z', begunAt }), before);
    assert.equal(await look('2026-01-01T12:30:00Z', { startedAt: '2026-01-01T12:00:00Z', begunAt }), added);
    assert.equal(await look('2026-01-01T11:59:00Z', null), added);
  });

  test("is told from what came after by the API server's clock, wrong as that of the run may be", async () => {
    const [ahead, behind] = ['2026-01-01T13:00:00Z', '2026-01-01T11:00:00Z'];
    assert.equal(await look('2026-01-01T12:30:00Z', { startedAt: ahead, begunAt }), added);
    assert.equal(await look('2026-01-01T11:59:00Z', { startedAt: behind, begunAt }), before);
  });

  test("of an entry that knows only the run's clock is told by that", async () => {
    assert.equal(await look('2026-01-01T11:59:00Z', { startedAt: '2026-01-01T12:00:00Z' }), before);
    assert.equal(await look('2026-01-01T12:30:00Z', { startedAt: '2026-01-01T12:00:00Z' }), added);
  });
}, 60_000);
