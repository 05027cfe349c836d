import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Report } from '../../core/report.ts';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { type NativeCluster, nativeCluster, nativeNodeProcess } from './support/nativeCluster.ts';
import { program } from './support/program.ts';
import { log } from './support/shared.ts';
import { visit } from './support/visit.ts';

const app = appOfExample();

/** A run as somebody starts it who has a cluster and a registry, and the report that it has written so far. */
function run(native: NativeCluster, namespace: string) {
  const reports = temporaryFolder();
  const flags = ['--source', app.folder, '--name', 'todo', '--namespace', namespace, '--reports', reports];
  const started = program([...flags, ...native.flags]);
  const report = () => JSON.parse(readFileSync(join(reports, 'report.json'), 'utf8')) as Report;
  return { ...started, report };
}

async function delivered(native: NativeCluster, namespace: string): Promise<Report> {
  const { ended, report } = run(native, namespace);
  const { code, stderr } = await ended;
  assert.is(code, 0, stderr);
  return report();
}

function ask({ kube }: NativeCluster, namespace: string, path: string, init?: RequestInit) {
  return visit({ place: { kube, namespace, release: 'todo' }, log }, path, init);
}

/** What is another when the cluster is started afresh, or its node again. */
async function identity({ kube }: NativeCluster): Promise<unknown> {
  const { metadata } = await kube.makeApiClient(CoreV1Api).readNode({ name: 'node' });
  return { node: metadata?.uid, process: nativeNodeProcess() };
}

describe('a cluster and a registry outside of the engine', (test) => {
  const life = 'e2e-native';

  test('are given to the pipeline as a user gives his own, and the app answers', async () => {
    const native = await nativeCluster();
    const report = await delivered(native, life);
    assert.equal(report.revision, { before: null, after: 1 });
    assert.match((await ask(native, life, '/')).text, /To do/);
    const pods = await native.kube.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: life });
    const used = pods.items.map(({ spec }) => spec?.containers[0]?.image);
    assert.ok(used.includes(`${native.registry.name}/team/todo@${report.image?.digest}`), `used: ${used.join(', ')}`);
  });

  test('outlive a run that is killed while it deploys', async () => {
    const native = await nativeCluster();
    const before = await identity(native);
    const killed = run(native, 'e2e-native-killed');
    await killed.says('deploy started');
    process.kill(killed.child.pid as number, 'SIGKILL');
    assert.is((await killed.ended).code, null);
    assert.equal(await identity(native), before);
    assert.is((await ask(native, life, '/health/')).status, 200);
  });

  test('need an image to be looked at, and it is named where it cannot be pulled', async () => {
    const native = await nativeCluster();
    const flags = ['--name', 'todo', '--namespace', life, '--reports', temporaryFolder(), ...native.flags];
    const { code, stderr } = await program(['health', ...flags, '--images', 'tools=localhost:1/none:1']).ended;
    assert.is(code, 69, stderr);
    assert.match(stderr, 'the image localhost:1/none:1 cannot be pulled');
    assert.match(stderr, 'connection refused');
  });
}, 600_000);
