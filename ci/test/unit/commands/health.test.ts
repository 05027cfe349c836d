import * as assert from 'uvu/assert';
import { lookAfter } from '../../../commands/health.ts';
import type { Context } from '../../../core/context.ts';
import type { Ledger } from '../../../release/ledger/ledger.ts';
import { describe, rejects } from '../../harness.ts';
import { withObjectStore } from '../kube/objectStore.ts';
import { ledgerOf } from '../release/fakeLedger.ts';
import { fakeConfig, listeningLog, noMask, openReport } from '../report/fakeReport.ts';

describe('lookAfter', (test) => {
  const context = (kube: Context['cluster']['kube'], lines: string[] = []) =>
    ({
      ...{ config: fakeConfig({ lockTimeout: 5 }), report: openReport(), signal: new AbortController().signal },
      ...{ place: { kube, namespace: 'shop', release: 'shop' }, runId: 'run-1' },
      ...{ mask: noMask, log: { ...listeningLog(), info: (text: string) => lines.push(text) } },
    }) as unknown as Context;
  const ledger = (content: Ledger) => ({
    metadata: { name: 'shop-ledger', resourceVersion: '1' },
    data: { 'ledger.json': JSON.stringify(content) },
  });

  test('of a release that nobody knows is a failure, and leaves no trace in the namespace', () =>
    withObjectStore(async ({ kube, objects }) => {
      const ctx = context(kube);
      await rejects(lookAfter(ctx), /no release of shop in namespace shop is known/);
      assert.equal([...objects.keys()], []);
      assert.equal([ctx.report.health, ctx.report.failure?.stage], ['checked', 'health']);
    }));

  test('leaves the release to another run that is at work on it', () =>
    withObjectStore(async ({ kube, objects }) => {
      objects.set('/api/v1/namespaces/shop', { metadata: { name: 'shop', resourceVersion: '1' } });
      objects.set('/api/v1/namespaces/shop/configmaps/shop-ledger', ledger(ledgerOf('a+')));
      const lease = '/apis/coordination.k8s.io/v1/namespaces/shop/leases/shop-delivery';
      let beat = 0;
      const renew = () =>
        objects.set(lease, {
          metadata: { name: 'shop-delivery', resourceVersion: '1' },
          spec: { holderIdentity: 'ann', renewTime: new Date(++beat).toISOString() },
        });
      renew();
      const beats = setInterval(renew, 100);
      try {
        const lines: string[] = [];
        const ctx = context(kube, lines);
        await lookAfter(ctx);
        assert.is(ctx.report.health, 'left alone');
        assert.equal(lines, ['release shop is held by ann, who is at work on it: left to that run']);
        assert.is(ctx.report.failure, undefined);
      } finally {
        clearInterval(beats);
      }
    }));
}, 60_000);
