import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppsV1Api, CoreV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { lookAfter } from '../../commands/health.ts';
import type { PublishedImage } from '../../core/context.ts';
import { history } from '../../helm/history.ts';
import type { Entry, Ledger } from '../../release/ledger/ledger.ts';
import { identityOf } from '../../release/ledger/ledger.ts';
import { ledgerStore } from '../../release/ledger/store.ts';
import { verdict } from '../../report/render/verdict.ts';
import { describe } from '../harness.ts';
import { chartWithTest } from './support/charts.ts';
import { deliver } from './support/deliver.ts';
import type { Place } from './support/place.ts';
import { oneTest, releasing } from './support/releasing.ts';
import { sharedOutside } from './support/sharedOutside.ts';

const ledger = ({ all, namespace }: { all: Place; namespace: string }): Promise<Ledger> =>
  ledgerStore({ kube: all.cluster.kube, namespace, release: 'todo' }).read();

describe('a first release that fails', (test) => {
  test('is taken away, but for its data, whatever it fails of, and the exit code says that nobody is needed', async () => {
    const all = await sharedOutside();
    const releases = await releasing(all, 'first');
    const core = all.cluster.kube.makeApiClient(CoreV1Api);
    const { namespace } = releases;
    const failing: [string, readonly string[], Partial<PublishedImage>, RegExp][] = [
      ['an image that is not there', [], { digest: `sha256:${'0'.repeat(64)}` }, /ImagePull|not found/],
      ['a migration that fails', ['--set', 'migrations.command={python,-c,raise SystemExit(3)}'], {}, /migrate/],
      ['a test that fails', ['--chart', chartWithTest('exit 1')], {}, /helm test of todo failed/],
    ];
    for (const [name, flags, image, why] of failing) {
      const { exitCode, report, ctx } = await releases.release(flags, image);
      assert.is(exitCode, 14, `${name}: ${report.failure?.message}`);
      assert.match(verdict(report).sentence, /it was the first release, and is removed again; data is kept/);
      assert.match(report.failure?.message ?? '', why, name);
      assert.match(
        report.live ?? '',
        /^nothing: the failed first installation of todo was removed; volumes and secret keys are/,
      );
      assert.equal(await history(ctx), [], name);
      const deployments = await all.cluster.kube.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace });
      const services = await core.listNamespacedService({ namespace });
      const left = [...deployments.items, ...services.items].map(({ metadata }) => metadata?.name);
      assert.equal(left, [], `${name}: nothing but data is left`);
      const { operation, entries } = await ledger({ all, namespace });
      assert.equal([operation, entries.at(-1)?.outcome], [null, 'failed'], name);
    }
    const claims = await core.listNamespacedPersistentVolumeClaim({ namespace });
    assert.is(claims.items.length, 1);
    const again = await releases.release();
    assert.is(again.exitCode, 0, again.report.failure?.message);
  });
}, 900_000);

/**
 * Adds to a chart a hook by which `helm rollback` to the release fails while the ConfigMap `flag` says so, and a volume that Helm
 * would delete with the release.
 */
function blockWayBack(chart: string): void {
  const objects = `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: of-the-chart
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 1Mi } }
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "django-app.suffixed" (list . "way-back") }}
  annotations: { helm.sh/hook: pre-rollback, helm.sh/hook-delete-policy: before-hook-creation }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      {{- include "django-app.podSpec" . | nindent 6 }}
      containers:
        - name: way-back
          {{- include "test.bareContainer" . | nindent 10 }}
          command: [sh, -c, 'test -z "$BLOCKED"']
          envFrom:
            - configMapRef: { name: flag, optional: true }
`;
  writeFileSync(join(chart, 'templates/way-back.yaml'), objects);
}

describe('a release before which nothing works any more', (test) => {
  test('ends with 13, the report says what is live, and the next one is not held up', async () => {
    const all = await sharedOutside();
    const releases = await releasing(all, 'nothing');
    const { namespace } = releases;
    const core = all.cluster.kube.makeApiClient(CoreV1Api);
    const put = (data: Record<string, string>) =>
      core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'flag' }, data } });
    const remove = () => core.deleteNamespacedConfigMap({ namespace, name: 'flag' });
    const chart = chartWithTest('test "$FLAG" = up');
    blockWayBack(chart);
    const release = (...flags: string[]) => releases.release([...oneTest, '--chart', chart, ...flags]);

    await put({ FLAG: 'up' });
    const good = await release();
    assert.is(good.exitCode, 0, good.report.failure?.message);
    await remove();
    const { exitCode, report } = await release('--set', 'podAnnotations.a=b');
    assert.is(exitCode, 13);
    assert.match(
      report.live ?? '',
      /^revision 3 of todo .* which does not work: helm test of todo failed: .*todo-django-app-another/,
    );
    const { entries, operation } = await ledger({ all, namespace });
    assert.is(operation, null);
    assert.equal(
      entries.map(({ kind, outcome }) => `${kind} ${outcome}`),
      ['deploy verified', 'deploy failed', 'rollback failed'],
    );

    // Helm itself fails, and leaves the release pending.
    await put({ FLAG: 'up', BLOCKED: 'yes' });
    const blocked = await release('--set', 'migrations.command={python,-c,raise SystemExit(5)}');
    assert.is(blocked.exitCode, 13, blocked.report.failure?.message);
    const serving = `ready pods run commit ${entries[0]?.commit.slice(0, 12)} in 1`;
    assert.match(blocked.report.live ?? '', new RegExp(`^revision 5 of todo, which Helm calls [a-z-]+; ${serving}$`));
    const next = await release('--set', 'podAnnotations.a=c');
    assert.is(next.exitCode, 0, next.report.failure?.message);

    // As a run leaves a first installation that was killed before the end of its tests, which fail.
    await remove();
    await ledgerStore({ kube: all.cluster.kube, namespace, release: 'todo' }).update(
      (await ledger({ all, namespace })).fence,
      (now) => {
        const { run, by, startedAt, ...entry } = now.entries.at(-1) as Entry;
        const open = { ...identityOf(entry), run, by, startedAt, phase: 'test' as const, before: 0 };
        return { ...now, entries: [], operation: open };
      },
    );
    const flags = ['--source', releases.app.folder, '--name', 'todo', '--namespace', namespace];
    const after = await deliver(all, flags, lookAfter);
    assert.match(after.report.live ?? '', /^nothing: the failed first installation of todo was removed/);
    assert.equal(await history(after.ctx), []);
    const claims = await core.listNamespacedPersistentVolumeClaim({ namespace });
    const names = claims.items.map(({ metadata }) => metadata?.name);
    assert.ok(names.includes('of-the-chart') && names.length === 2, `both volumes are there: ${names.join(', ')}`);
    assert.is((await ledger({ all, namespace })).operation, null);
  });
}, 600_000);
