import { setTimeout as sleep } from 'node:timers/promises';
import { AppsV1Api, AutoscalingV2Api, CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../core/errors.ts';
import { helm } from '../../helm/helm.ts';
import { history } from '../../helm/history.ts';
import { drift } from '../../release/drift/drift.ts';
import { assertRunsAsMeant } from '../../release/state/runsImage.ts';
import { describe, rejects } from '../harness.ts';
import { lines, living, nothing, restore, web } from './support/driftLife.ts';
import { kubectl } from './support/kubectl.ts';

describe('a release that nobody has touched', (test) => {
  test('has not drifted right after a deployment and after an upgrade, and runs what was meant', async () => {
    const { found, first, second } = await living();
    assert.is.not(first, second);
    assert.equal(
      found.map(({ drift: one }) => one),
      [nothing, nothing],
    );
    const onePod = { pods: 1, hidden: [], notes: [] };
    assert.equal(
      found.map(({ runs }) => runs),
      [onePod, onePod],
    );
  });

  test('has not drifted after a rollback, and runs the image of that revision again', async () => {
    const all = await living();
    const revision = await restore(all, 1);
    assert.equal(await drift(all.ctx, revision), nothing);
    assert.is((await assertRunsAsMeant(all.ctx, { repository: all.repository, digest: all.first })).pods, 1);
    const error = await rejects(assertRunsAsMeant(all.ctx, { repository: all.repository, digest: all.second }, 1_000));
    assert.is((error as PipelineError).code, 'NOT_AS_MEANT');
    await restore(all, 2);
  });

  test('has not drifted while an autoscaler sets its replicas', async () => {
    const { all, name, ctx } = await living();
    const scaling = all.cluster.kube.makeApiClient(AutoscalingV2Api);
    const apps = all.cluster.kube.makeApiClient(AppsV1Api);
    const replicas = async () =>
      (await apps.readNamespacedDeployment({ namespace: name, name: 'todo-django-app' })).spec?.replicas;
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'todo-django-app' };
    await scaling.createNamespacedHorizontalPodAutoscaler({
      namespace: name,
      body: { metadata: { name: 'by-test' }, spec: { minReplicas: 2, maxReplicas: 3, scaleTargetRef } },
    });
    for (let left = 60; left > 0 && (await replicas()) !== 2; left--) await sleep(1_000);
    assert.is(await replicas(), 2);
    const revision = (await history(ctx)).at(-1)?.revision ?? 0;
    assert.equal(await drift(ctx, revision), nothing);
    await scaling.deleteNamespacedHorizontalPodAutoscaler({ namespace: name, name: 'by-test' });
    await restore(await living(), 2);
  });
}, 600_000);

describe('a release that somebody has edited', (test) => {
  test('is told by what was changed, added and deleted, and by whom', async () => {
    const { all, repository, name, ctx, first, second } = await living();
    const revision = (await history(ctx)).at(-1)?.revision ?? 0;
    const deployment = 'deployment/todo-django-app';
    const by = (...args: string[]) => kubectl(all, ['--namespace', name, ...args]);
    await kubectl(all, ['--namespace', name, 'edit', deployment], `sed -i s/${second}/${first}/`);
    await by('scale', deployment, '--replicas=2');
    await by('set', 'env', deployment, 'DJANGO_DEBUG=1', 'ADDED=by-hand');
    await by('annotate', 'service/todo-django-app', 'example.org/note=by-hand');
    await by('rollout', 'restart', deployment);
    const found = await drift(ctx, revision);
    assert.equal(found.notChecked, []);
    const images = `${repository}@${second} | ${repository}@${first} | kubectl-edit`;
    assert.equal(
      lines(found).sort(),
      [
        `Deployment todo-django-app | spec.replicas | 1 | 2 | kubectl`,
        `Deployment todo-django-app | ${web}.image | ${images}`,
        `Deployment todo-django-app | ${web}.env[DJANGO_DEBUG].value | 0 | 1 | kubectl-set`,
        `Deployment todo-django-app | ${web}.env[ADDED] | nothing | {"name":"ADDED","value":"by-hand"} | kubectl-set`,
        `Service todo-django-app | metadata.annotations[example.org/note] | nothing | by-hand | kubectl-annotate`,
      ].sort(),
    );
    await by('delete', 'service/todo-django-app');
    const missing = lines(await drift(ctx, revision)).filter((line) => line.startsWith('Service'));
    assert.equal(missing, ['Service todo-django-app |  | there | missing | nobody']);
  });

  test('does not run what was meant: pod, meant and found are named', async () => {
    const { all, repository, name, ctx, first, second } = await living();
    // The pods of before have to be gone, and those that somebody made by his changes there.
    await kubectl(all, ['--namespace', name, 'rollout', 'status', 'deployment/todo-django-app']);
    const error = await rejects(assertRunsAsMeant(ctx, { repository, digest: second }), /not what was meant/);
    assert.instance(error, PipelineError);
    const { code, details } = error as PipelineError;
    assert.is(code, 'NOT_AS_MEANT');
    const told = details.join('\n');
    assert.ok(told.includes(`Deployment todo-django-app: container web is set to ${first}, meant is ${second}`), told);
    assert.match(told, new RegExp(`pod todo-django-app-\\S+, container web: runs by ${first}, meant is ${second}`));
  });

  test('blocks Helm, unless it takes the fields back; what was added stays', async () => {
    const all = await living();
    const refused = await helm(all.ctx, ['rollback', 'todo', '2', '--namespace', all.name]);
    assert.is.not(refused.exitCode, 0);
    assert.match(refused.lines.join('\n'), /conflict with "kubectl|conflicts with "kubectl/);
    const revision = await restore(all, 2);
    assert.equal(lines(await drift(all.ctx, revision)), [
      `Deployment todo-django-app | ${web}.env[ADDED] | nothing | {"name":"ADDED","value":"by-hand"} | kubectl-set`,
    ]);
    assert.is((await assertRunsAsMeant(all.ctx, { repository: all.repository, digest: all.second })).pods, 1);
  });
}, 600_000);

describe('somebody without all rights', (test) => {
  test('is told what was not checked', async () => {
    const { all, name, ctx } = await living();
    const { kube } = all.cluster;
    const rbac = kube.makeApiClient(RbacAuthorizationV1Api);
    const core = kube.makeApiClient(CoreV1Api);
    const metadata = { name: 'reader' };
    await core.createNamespacedServiceAccount({ namespace: name, body: { metadata } });
    const rules = [
      { apiGroups: [''], resources: ['secrets', 'services'], verbs: ['get'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'patch'] },
    ];
    await rbac.createNamespacedRole({ namespace: name, body: { metadata, rules } });
    const subjects = [{ kind: 'ServiceAccount', name: 'reader', namespace: name }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
    await rbac.createNamespacedRoleBinding({ namespace: name, body: { metadata, subjects, roleRef } });
    const body = { spec: { audiences: [] } };
    const { status } = await core.createNamespacedServiceAccountToken({ namespace: name, name: 'reader', body });
    const reader = new KubeConfig();
    reader.loadFromClusterAndUser(kube.getCurrentCluster() as never, { name: 'reader', token: status?.token ?? '' });
    const revision = (await history(ctx)).at(-1)?.revision ?? 0;
    const found = await drift({ ...ctx, place: { ...ctx.place, kube: reader } }, revision);
    const forbidden = [
      'NetworkPolicy todo-django-app',
      'NetworkPolicy todo-django-app-jobs',
      'NetworkPolicy todo-django-app-rehearsal',
      'Service todo-django-app',
      'ServiceAccount todo-django-app',
    ];
    assert.equal([...found.notChecked].sort(), forbidden.map((object) => `${object}: Forbidden (403)`).sort());
    assert.equal(
      found.drift.map(({ object }) => object),
      ['Deployment todo-django-app'],
    );
    const { repository, second, first } = await living();
    const asReader = { ...ctx, place: { ...ctx.place, kube: reader } };
    assert.equal(await assertRunsAsMeant(asReader, { repository, digest: second }), {
      pods: 0,
      notes: [],
      hidden: ['statefulsets', 'daemonsets', 'replicasets', 'pods'].map(
        (kind) => `not checked: ${kind} may not be listed`,
      ),
    });
    await rejects(assertRunsAsMeant(asReader, { repository, digest: first }, 0), /container web is set to/);
  });
}, 600_000);
