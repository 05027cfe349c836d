import * as assert from 'uvu/assert';
import type { ReleaseContext } from '../../../../core/context.ts';
import { encodeRecord } from '../../../../helm/storage.ts';
import { hookWork, isOver, waitForHooks } from '../../../../release/rollout/waitForHooks.ts';
import { describe } from '../../../harness.ts';
import { type Change, withFakeCluster } from '../../kube/fakeCluster.ts';
import { fakeConfig, fakeReport, listeningLog, noMask } from '../../report/fakeReport.ts';

const hook = (kind: string, name: string, ...events: string[]) => ({
  manifest: `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}}\n`,
  events,
});
const hooks = [
  hook('Job', 'migrate', 'pre-upgrade'),
  hook('Pod', 'prepare', 'pre-install', 'test'),
  hook('Pod', 'page', 'test'),
  hook('ConfigMap', 'settings', 'pre-upgrade'),
];
const ended = (type: string) => ({ status: { conditions: [{ type, status: 'True' }] } });

describe('hooks at work', (test) => {
  test('are Jobs and pods, but for those of helm test', () => {
    assert.equal(hookWork({ hooks }, 'shop'), [
      { kind: 'Job', name: 'migrate' },
      { kind: 'Pod', name: 'prepare' },
    ]);
    assert.equal(hookWork(null, 'shop'), []);
  });

  test('are over when Kubernetes says so, and not because no pod is there at the moment', () => {
    assert.is(isOver(ended('Complete')), true);
    assert.is(isOver(ended('Failed')), true);
    assert.is(isOver({}), false);
    assert.is(isOver({ status: { active: 0 } }), false);
    assert.is(isOver({ status: { conditions: [{ type: 'Failed', status: 'False' }] } }), false);
    assert.is(isOver({ status: { phase: 'Succeeded' } }), true);
    assert.is(isOver({ status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }), false);
  });

  const namespace = '/apis/batch/v1/namespaces/shop/jobs';
  const job = (status: object) => ({ items: [{ metadata: { name: 'migrate' }, ...status }] });
  const settle = async (looks: object[], deployTimeout: number): Promise<{ changes: Change[]; notes: string[] }> => {
    const record = encodeRecord({ version: 2, info: { status: 'failed' }, manifest: '', hooks: hooks.slice(0, 1) });
    const labels = { owner: 'helm', name: 'shop', version: '2' };
    let removed = false;
    return withFakeCluster(
      {
        '/api/v1/namespaces/shop/secrets': { items: [{ metadata: { labels }, data: { release: record } }] },
        [namespace]: () => (removed ? { items: [] } : ((looks.length > 1 ? looks.shift() : looks[0]) ?? {})),
        [`${namespace}/migrate`]: () => {
          removed = true;
          return {};
        },
      },
      async ({ kube, changes }) => {
        const report = fakeReport();
        const ctx = {
          ...{
            place: { kube, namespace: 'shop', release: 'shop' },
            config: fakeConfig({ deployTimeout }),
            report,
            log: listeningLog(),
            mask: noMask,
          },
          signal: new AbortController().signal,
        } as unknown as ReleaseContext;
        await waitForHooks(ctx, { pace: 5, goodbye: 60_000 });
        return { changes, notes: report.notes };
      },
    );
  };

  test('are waited for', async () => {
    const looks = [
      job({}),
      job({ status: { active: 1 } }),
      job({ status: { active: 0, failed: 1 } }),
      job(ended('Failed')),
    ];
    const { changes, notes } = await settle(looks, 60);
    assert.equal([looks.length, changes, notes], [1, [], []]);
  });

  test('are ended with their pods when their time is up, and that is said', async () => {
    const { changes, notes } = await settle([job({ status: { active: 1 } })], 0);
    assert.is(changes.length, 1);
    assert.match(`${changes[0]?.method} ${changes[0]?.path}`, /^DELETE .*jobs\/migrate\?propagationPolicy=Foreground$/);
    assert.equal(notes, ['Job migrate was still at work after 0 s more, and was ended']);
  });
}, 60_000);
