import * as assert from 'uvu/assert';
import type { ReleaseContext } from '../../../../core/context.ts';
import { readableObjects } from '../../../../helm/manifest.ts';
import { leaveControlled } from '../../../../release/rollout/leaveControlled.ts';
import { rollBack } from '../../../../release/rollout/rollBack.ts';
import { describe } from '../../../harness.ts';
import { type ObjectStore, withObjectStore } from '../../kube/objectStore.ts';
import { fakeConfig, fakeReport, noMask } from '../../report/fakeReport.ts';
import { fakeHelm, putRecord, recordsIn } from '../fakeHelm.ts';

const deployment = (replicas: number) =>
  `---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: ${replicas}}\n`;
const autoscalers = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';
const note =
  'left to its autoscaler: Deployment web, spec.replicas: 5 instead of 1; the chart should leave it out where something else scales';

/** A release whose Deployment an autoscaler has scaled to five pods; its chart says one. */
function scaled(objects: ObjectStore['objects'], kept = 1): void {
  const scaler = { manager: 'kube-controller-manager', operation: 'Update', subresource: 'scale' };
  const managedFields = [{ ...scaler, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }];
  const metadata = (name: string, more = {}) => ({ name, resourceVersion: '1', namespace: 'shop', ...more });
  objects.set('/apis/apps/v1', {
    metadata: metadata('apps'),
    resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }],
  });
  objects.set('/apis/apps/v1/namespaces/shop/deployments/web', {
    metadata: metadata('web', { managedFields }),
    spec: { replicas: 5 },
  });
  objects.set(`${autoscalers}/web`, {
    metadata: metadata('web'),
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 9 },
  });
  for (const [version, status] of [
    [1, 'superseded'],
    [2, 'deployed'],
  ] as const)
    putRecord(objects, { version, info: { status }, manifest: deployment(version === 2 ? kept : 1) });
}

const contextOf = ({ kube }: ObjectStore, dag: object) =>
  ({
    ...{ dag, config: fakeConfig({ release: 'shop', namespace: 'shop' }), report: { ...fakeReport(), notes: [] } },
    ...{ images: { tools: 'tools' }, mask: noMask, place: { kube, namespace: 'shop', release: 'shop' } },
    ...{ cluster: { kube, reach: async () => undefined }, signal: new AbortController().signal },
  }) as unknown as ReleaseContext;

const replicasOf = (manifest: string | undefined) =>
  (readableObjects(manifest ?? '')[0]?.['spec'] as object | undefined) ?? {};

describe('rollBack', (test) => {
  test('keeps the number of an autoscaler: Helm goes back to a copy that has it, which is gone afterwards', () =>
    withObjectStore(async (store) => {
      scaled(store.objects);
      const ctx = contextOf(store, fakeHelm(store.objects));
      const revision = await rollBack(ctx, 1);
      const records = recordsIn(store.objects);
      assert.equal(replicasOf(records.at(-1)?.manifest), { replicas: 5 });
      assert.is(records.at(-1)?.version, revision);
      assert.equal(
        records.map(({ info, manifest }) => [info.status, manifest === deployment(1)]),
        [
          ['superseded', true],
          ['superseded', true],
          ['deployed', false],
        ],
      );
      assert.equal(ctx.report.notes, [note]);
    }));

  test('goes to the revision itself where nothing is an autoscaler’s, or nobody can tell', () =>
    withObjectStore(async (store) => {
      scaled(store.objects);
      store.objects.delete(`${autoscalers}/web`);
      const ctx = contextOf(store, fakeHelm(store.objects));
      assert.is(await rollBack(ctx, 1), 3);
      assert.equal(ctx.report.notes, []);
      store.before = (_, path) => (path === autoscalers ? 403 : undefined);
      assert.is(await rollBack(ctx, 1), 4);
      assert.match(ctx.report.notes.join(), /^what controllers have set may fall back to what the chart says: .*403/);
      assert.ok(recordsIn(store.objects).every(({ manifest }) => manifest === deployment(1)));
    }));
});

/** An engine that renders what it is told, and keeps what it is given. */
function renderer(rendered: string, exitCode = 0) {
  const seen = { commands: [] as string[][], files: new Map<string, string>() };
  const container: Record<string, unknown> = {
    from: () => container,
    with: (step?: (ctr: object) => object) => step?.(container) ?? container,
    withNewFile: (path: string, text: string) => {
      seen.files.set(path, text);
      return container;
    },
    withMountedSecret: (path: string, secret: { text: string }) => {
      seen.files.set(path, secret.text);
      return container;
    },
    withEnvVariable: () => container,
    withExec: (command: string[]) => {
      seen.commands.push(command);
      return container;
    },
    exitCode: async () => exitCode,
    file: () => ({ contents: async () => rendered }),
  };
  const dag = { container: () => container, setSecret: (_: string, text: string) => ({ text }) };
  return { seen, dag, container };
}

describe('leaveControlled', (test) => {
  const upgrade = { args: ['upgrade', 'shop'], mounts: <T>(ctr: T) => ctr };

  test('gives Helm the manifest that it has rendered on trial, with the number of the autoscaler', () =>
    withObjectStore(async (store) => {
      scaled(store.objects);
      const long = `---\n# ${'ü'.repeat(300_000)}\n`;
      const { seen, dag, container } = renderer(`${deployment(1)}${long}`);
      const ctx = contextOf(store, dag);
      const { args, mounts } = await leaveControlled(ctx, upgrade);
      assert.equal(args, ['upgrade', 'shop', '--post-renderer', 'pipeline']);
      assert.equal(seen.commands.length, 1);
      assert.ok(seen.commands[0]?.includes('--dry-run=server'));
      assert.equal(ctx.report.notes, [note]);
      mounts(container as never);
      const plugin = JSON.parse(seen.files.get('/pipeline/post-renderer/plugins/pipeline/plugin.yaml') ?? '');
      const [{ command, args: paths }] = plugin.runtimeConfig.platformCommand;
      assert.is(command, 'cat');
      const text = paths.map((path: string) => seen.files.get(path)).join('');
      assert.equal(replicasOf(text), { replicas: 5 });
      assert.ok(text.endsWith(long));
      assert.ok(paths.every((path: string) => Buffer.byteLength(seen.files.get(path) ?? '') < 500 * 1024));
    }));

  test('goes on doing so when the manifest before had its number', () =>
    withObjectStore(async (store) => {
      scaled(store.objects, 5);
      const { args } = await leaveControlled(contextOf(store, renderer(deployment(1)).dag), upgrade);
      assert.ok(args.includes('--post-renderer'));
    }));

  test('starts no trial where nothing is an autoscaler’s', () =>
    withObjectStore(async (store) => {
      scaled(store.objects);
      store.objects.delete(`${autoscalers}/web`);
      const { seen, dag } = renderer(deployment(1));
      assert.is(await leaveControlled(contextOf(store, dag), upgrade), upgrade);
      assert.equal(seen.commands, []);
    }));

  test('keeps nobody from an upgrade: what Helm cannot render on trial it refuses itself', () =>
    withObjectStore(async (store) => {
      scaled(store.objects);
      const ctx = contextOf(store, renderer('', 1).dag);
      assert.is(await leaveControlled(ctx, upgrade), upgrade);
      assert.match(ctx.report.notes.join(), /may fall back .*: Helm cannot render the chart on trial$/);
      const without = contextOf(store, renderer(deployment(3).replace('spec: {replicas: 3}', 'spec: {}')).dag);
      assert.is(await leaveControlled(without, upgrade), upgrade);
    }));
});
