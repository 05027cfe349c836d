import * as assert from 'uvu/assert';
import type { ManifestObject } from '../../../helm/manifest.ts';
import type { V1Container, V1PodSpec } from '../../../kube/plain.ts';
import { type Plan, rehearsalPod } from '../../../rehearsal/pod.ts';
import { migrationOf, servingTemplate, type Template } from '../../../rehearsal/template.ts';
import { describe } from '../../harness.ts';
import { deployment, image, podSpec, reference, web } from './templates.ts';

function planned(spec: V1PodSpec = podSpec, changes: Partial<Plan> = {}): { pod: V1PodSpec; all: ManifestObject } {
  const next = servingTemplate([deployment('shop', spec)], image) as Template;
  const all = rehearsalPod({
    ...{ name: 'shop-rehearsal-1', labels: { own: 'shop' }, annotations: {}, next, migration: null, serve: next },
    ...{ image, nextImage: image, checks: null, seconds: 360, node: 'node-1', isThere: () => true },
    ...changes,
  });
  return { pod: all['spec'] as V1PodSpec, all };
}

const named = ({ initContainers = [], containers }: V1PodSpec, name: string): V1Container =>
  [...initContainers, ...containers].find((each) => each.name === name) as V1Container;
const names = (containers: readonly V1Container[] = []) => containers.map(({ name }) => name);
const variable = ({ env = [] }: V1Container, name: string) => env.find((each) => each.name === name)?.value ?? '';

describe('the pod of a rehearsal', (test) => {
  test('is the pod of the release, where its data are and no visitor finds it', () => {
    const { pod, all } = planned();
    assert.equal(all.metadata.labels, { own: 'shop' });
    assert.equal(all.metadata.annotations, { inject: 'yes' });
    const kept = {
      serviceAccountName: 'shop',
      imagePullSecrets: [{ name: 'registry' }],
      nodeSelector: { disk: 'fast' },
    };
    for (const [field, value] of Object.entries(kept)) assert.equal(pod[field as keyof V1PodSpec], value);
    for (const field of ['priorityClassName', 'hostNetwork'] as const) assert.is(pod[field], undefined);
    assert.equal([pod.restartPolicy, pod.activeDeadlineSeconds], ['Never', 360]);
    const [term] = pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
    assert.equal(term?.matchFields, [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }]);
    assert.is(pod.affinity?.podAntiAffinity, undefined, 'the live pod is there');
  });

  test('serves by the container as it is, told that it is rehearsed', () => {
    const serving = named(planned().pod, 'web');
    const { env, volumeMounts: _, ports, lifecycle: __, ...rest } = serving;
    const { env: ___, volumeMounts: ____, ports: _____, lifecycle: ______, ...meant } = web;
    assert.equal(rest, meant);
    assert.equal(env?.slice(0, 2), [
      { name: 'A', value: '1' },
      { name: 'PIPELINE_REHEARSAL', value: '1' },
    ]);
    assert.equal(ports, [{ name: 'http', containerPort: 8000 }]);
    assert.is(serving.lifecycle, undefined);
  });

  test('has the live data for reading alone, and a copy in their place', () => {
    const { pod } = planned();
    const claims = pod.volumes?.filter(({ persistentVolumeClaim }) => persistentVolumeClaim);
    assert.equal(names(claims as V1Container[]), ['rehearsal-live-0']);
    for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
      const live = container.volumeMounts?.filter(({ name }) => name === 'rehearsal-live-0');
      assert.equal(live, [{ name: 'rehearsal-live-0', mountPath: '/pipeline-rehearsal/live/0', readOnly: true }]);
      const seen = container.volumeMounts?.find(({ mountPath }) => mountPath === '/data')?.name;
      assert.equal(pod.volumes?.find(({ name }) => name === seen)?.emptyDir, {}, container.name);
    }
    assert.equal(JSON.parse(variable(named(pod, 'rehearsal-prepare'), 'REHEARSAL')), {
      state: '/pipeline-rehearsal/state',
      data: [
        {
          live: '/pipeline-rehearsal/live/0',
          copy: '/pipeline-rehearsal/copy/0',
          mounts: [{ path: '/data', folder: '' }],
        },
      ],
      serves: 'image',
    });
  });

  test('before the first release has no live data', () => {
    const { pod } = planned(podSpec, { isThere: () => false, node: null });
    assert.not(pod.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim));
    assert.match(variable(named(pod, 'rehearsal-prepare'), 'REHEARSAL'), '"live":null');
    assert.is(pod.affinity, undefined);
  });

  test('tells whether the chart has a command of its own, which need not load the application', () => {
    const told = (containers: V1Container[]) =>
      JSON.parse(
        variable(named(planned({ ...podSpec, containers }).pod, 'rehearsal-prepare'), 'REHEARSAL'),
      ) as object as {
        serves: string;
      };
    assert.is(told([web]).serves, 'image');
    assert.is(told([{ ...web, command: ['sleep', '9'] }]).serves, 'command');
  });

  test('runs neither workers nor what would ship the copy, and what others bring before the migration', () => {
    const other = (name: string, more: object = {}): V1Container => ({ name, image: 'other:1', ...more });
    const onData = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
    const spec: V1PodSpec = {
      ...podSpec,
      containers: [{ ...other('worker'), image: reference }, web, other('proxy'), other('replicator', onData)],
      initContainers: [
        { ...other('static'), image: reference, command: ['python', 'manage.py', 'collectstatic'] },
        { ...other('migrate'), image: reference, command: ['python', 'manage.py', 'migrate'] },
        other('wait'),
        other('restore', onData),
      ],
    };
    const { pod } = planned(spec);
    assert.equal(names(pod.initContainers), ['rehearsal-prepare', 'wait', 'rehearsal-migrate', 'static']);
    assert.equal(names(pod.containers), ['web', 'proxy', 'rehearsal-check']);
  });

  test('migrates as the chart does', () => {
    const command = (spec: V1PodSpec, objects: ManifestObject[]) => {
      const template = servingTemplate(objects, image) as Template;
      const migrate = named(
        planned(spec, { migration: migrationOf(objects, template, image) }).pod,
        'rehearsal-migrate',
      );
      return migrate.command?.slice(3);
    };
    assert.equal(command(podSpec, [deployment('shop', podSpec)]), ['python', 'manage.py', 'migrate', '--noinput']);
    const job = (container: V1Container): ManifestObject => ({
      ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'm' } },
      spec: { template: { spec: { containers: [container] } } },
    });
    const migrating = {
      name: 'm',
      image: reference,
      command: ['sh', '-c'],
      args: ['./manage.py migrate && echo done'],
    };
    assert.equal(command(podSpec, [deployment('shop', podSpec), job(migrating)]), [
      ...migrating.command,
      ...migrating.args,
    ]);
    const others = [
      { ...migrating, image: 'other:1' },
      { ...migrating, args: ['./manage.py migrate && gunicorn shop'] },
    ];
    for (const each of others)
      assert.is(
        migrationOf([job(each)], servingTemplate([deployment('shop', podSpec)], image) as Template, image),
        null,
      );
  });

  test('serves the old container with its own volumes, and the data of both', () => {
    const old = { ...web, name: 'old', image: 'ghcr.io/acme/shop@sha256:2' };
    const spec = {
      ...podSpec,
      containers: [old],
      volumes: [podSpec.volumes?.[0], { name: 'tmp', secret: {} }],
    } as V1PodSpec;
    const wanted = { repository: image.repository, digest: 'sha256:2' };
    const serve = servingTemplate([deployment('shop', spec)], wanted) as Template;
    const { pod } = planned(podSpec, { serve, image: wanted });
    const mounted = (container: string, path: string) =>
      named(pod, container).volumeMounts?.find(({ mountPath }) => mountPath === path)?.name;
    assert.is(named(pod, 'old').image, old.image);
    assert.is(named(pod, 'rehearsal-migrate').image, reference);
    assert.is(mounted('old', '/data'), mounted('rehearsal-migrate', '/data'));
    assert.is.not(mounted('old', '/tmp'), mounted('rehearsal-migrate', '/tmp'));
  });
});
