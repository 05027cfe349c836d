import { join } from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Rehearsal } from '../../core/report.ts';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { deliver } from './support/deliver.ts';
import { namespace } from './support/namespace.ts';
import { found, onlyRehearsed } from './support/rehearsing.ts';
import { sharedOutside } from './support/sharedOutside.ts';
import { deploymentOf, writeFiles } from './support/smallChart.ts';

/** As somebody else would write it. */
const plainChart = {
  'Chart.yaml': 'apiVersion: v2\nname: plain\nversion: 0.1.0\n',
  'values.yaml': 'image: { repository: "", tag: "" }\n',
  'templates/deployment.yaml': deploymentOf(`
      containers:
        - name: app
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          ports: [{ containerPort: 8000 }]
          env:
            - { name: DJANGO_SECRET_KEY, value: of-the-cluster-and-long-enough }
            - { name: DJANGO_SQLITE_PATH, value: /tmp/db.sqlite3 }
            - { name: DJANGO_ALLOWED_HOSTS, value: "*" }
          volumeMounts: [{ name: tmp, mountPath: /tmp }]
      volumes: [{ name: tmp, emptyDir: {} }]`),
};

describe('a rehearsal', (test) => {
  test('goes by the pod template alone, for a chart that knows nothing of it', async () => {
    const all = await sharedOutside();
    const app = appOfExample();
    const chart = join(temporaryFolder(), 'plain');
    writeFiles(chart, plainChart);
    const name = await namespace(all, 'plain');
    const flags = ['--source', app.folder, '--name', 'plain', '--namespace', name, '--chart', chart];
    const good = await deliver(all, [...flags, '--rehearsal', 'require'], onlyRehearsed);
    assert.is((found(good) as Rehearsal).database, 'sqlite');
    app.change('config/wsgi.py', 'application = ', "raise RuntimeError('no good')\napplication = ");
    app.commit('crashes');
    const { exitCode, report } = await deliver(all, [...flags, '--rehearsal', 'require'], onlyRehearsed);
    assert.is(exitCode, 10);
    assert.match(report.failure?.details.join('\n') ?? '', 'RuntimeError: no good');
    const { items } = await all.cluster.kube.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: name });
    assert.equal(items, []);
  });

  test('that the cluster does not take is a note, or an error for whoever insists', async () => {
    const all = await sharedOutside();
    const app = appOfExample();
    const name = await namespace(all, 'quota');
    const body = { metadata: { name: 'none' }, spec: { hard: { pods: '0' } } };
    await all.cluster.kube.makeApiClient(CoreV1Api).createNamespacedResourceQuota({ namespace: name, body });
    const flags = ['--source', app.folder, '--name', 'todo', '--namespace', name];
    const tried = await deliver(all, flags, onlyRehearsed);
    assert.is(tried.exitCode, 0);
    assert.match(tried.report.notes.join('\n'), /^not rehearsed: .* exceeded quota: none/m);
    assert.is(tried.report.rehearsal, undefined);
    const insisted = await deliver(all, [...flags, '--rehearsal', 'require'], onlyRehearsed);
    assert.is(insisted.exitCode, 10);
    assert.match(
      insisted.report.failure?.message ?? '',
      /cannot be rehearsed, and --rehearsal is require: .* exceeded quota/,
    );
  });
}, 900_000);
