import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoreV1Api, RbacAuthorizationV1Api, type V1PolicyRule } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Report } from '../../core/report.ts';
import { describe } from '../harness.ts';
import { temporaryFolder } from './support/apps.ts';
import { type Ended, runProgram } from './support/program.ts';
import { log } from './support/shared.ts';
import { type Site, siteOfFile } from './support/site.ts';
import { visit } from './support/visit.ts';

const site = siteOfFile();

/** Runs the program with nothing of the cluster but the deployer's kubeconfig. */
async function release(
  { all, app, deployer, namespace }: Site,
  ...more: string[]
): Promise<Ended & { report: Report; folder: string }> {
  const folder = temporaryFolder();
  const [kubeconfig, password] = [join(folder, 'kubeconfig'), join(folder, 'password')];
  writeFileSync(kubeconfig, deployer.exportConfig());
  writeFileSync(password, all.privateRegistry.password);
  const ended = await runProgram([
    ...['--source', app.folder, '--name', 'todo', '--namespace', namespace, '--kubeconfig', kubeconfig],
    ...['--registry', `${all.privateRegistry.name}/team`, '--registry-username', all.privateRegistry.username],
    ...['--registry-password', `file://${password}`, '--set', 'imagePullSecrets[0].name=registry'],
    ...['--reports', folder, ...more],
  ]);
  return { ...ended, folder, report: JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report };
}

describe('the pipeline, as the deployer of a namespace that enforces PodSecurity restricted', (test) => {
  test('releases the app, and `up` reaches it', async () => {
    const here = await site();
    const { code, report, stderr } = await release(here);
    assert.is(code, 0, stderr);
    assert.equal(report.revision, { before: null, after: 1 });
    const place = { kube: here.deployer, namespace: here.namespace, release: 'todo' };
    assert.is((await visit({ place, log }, '/health/')).status, 200);
    const core = here.all.cluster.kube.makeApiClient(CoreV1Api);
    const { metadata } = await core.readNamespace({ name: here.namespace });
    assert.is(metadata?.labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
    assert.is(stderr.includes(here.deployer.getCurrentUser()?.token ?? ''), false);
  });

  test('goes back to the release before when `helm test` fails', async () => {
    const here = await site();
    const view = 'def task_list(request: HttpRequest) -> HttpResponse:';
    const failing = `${view}\n    from django.conf import settings\n    if str(settings.DATABASES['default']['NAME']) == '/data/db.sqlite3':\n        raise RuntimeError('only in the cluster')`;
    here.app.change('tasks/pages.py', view, failing);
    here.app.commit('a page that fails');
    const {
      code,
      report,
      stderr,
      folder: reports,
    } = await release(here, '--set', 'health.path=', '--rehearsal', 'off');
    assert.is(code, 11, stderr);
    assert.is(report.failure?.stage, 'verify');
    const evidence = report.failure?.details.join('\n') ?? '';
    assert.match(evidence, /500/);
    const logs = join(reports, 'evidence', 'revision-2', 'logs');
    const kept = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
    assert.match(kept.join('\n'), 'only in the cluster');
    assert.match(report.live ?? '', /restored and tested again/);
  });

  test('says at once that it may not release to another namespace', async () => {
    const here = await site();
    const { code, report, stderr } = await release({ ...here, namespace: 'default' });
    assert.is(code, 69, stderr);
    assert.is(
      report.failure?.message,
      'the user of the kubeconfig may not get, list, create, update, delete secrets in namespace default',
    );
    assert.match(stderr, 'k8s/README.md');
    assert.equal(report.stages, [], 'nothing was tested or built for it');
  });

  test('names the right that it lacks for one object of the chart, and changes nothing', async () => {
    const here = await site();
    const rbac = here.all.cluster.kube.makeApiClient(RbacAuthorizationV1Api);
    const role = { name: 'deployer', namespace: here.namespace };
    const whole = await rbac.readNamespacedRole(role);
    const rules = (whole.rules ?? []).filter(({ resources }) => !resources?.includes('ingresses'));
    const give = (some: V1PolicyRule[]) =>
      rbac.replaceNamespacedRole({ ...role, body: { metadata: { name: role.name }, rules: some } });
    await give(rules);
    try {
      const { code, report } = await release(here, '--set', 'ingress.hosts[0].host=todo.example.org');
      assert.is(code, 69, report.failure?.message);
      assert.is(report.revision?.after ?? null, null);
      const who = `system:serviceaccount:${here.namespace}:deployer`;
      assert.match(report.failure?.message ?? '', `${who} may not get ingresses.networking.k8s.io`);
      assert.match(report.failure?.fix ?? '', 'k8s/README.md');
    } finally {
      await give(whole.rules ?? []);
    }
  });
}, 600_000);
