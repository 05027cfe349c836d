import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppsV1Api, CoreV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Report } from '../../core/report.ts';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { namespace } from './support/namespace.ts';
import { type Ended, runProgram } from './support/program.ts';
import { log, type Shared, shared } from './support/shared.ts';
import { visit } from './support/visit.ts';

/** The flags of somebody who has a cluster and a private registry, both on this machine's loopback interface. */
async function flags(all: Shared, name: string, password: string): Promise<string[]> {
  const folder = temporaryFolder();
  const kubeconfig = join(folder, 'kubeconfig');
  const secret = join(folder, 'password');
  writeFileSync(kubeconfig, all.cluster.kube.exportConfig());
  writeFileSync(secret, `${password}\n`);
  return [
    ...['--source', appOfExample().folder, '--name', 'todo', '--namespace', name, '--kubeconfig', kubeconfig],
    ...['--registry', `${all.privateRegistry.name}/team`, '--registry-username', all.privateRegistry.username],
    ...['--registry-password', `file://${secret}`, '--set', 'imagePullSecrets[0].name=pull'],
  ];
}

/** A run with a session of its own: what it is given lies outside of it, as with any user. */
async function delivered(argv: string[]): Promise<Ended & { report: Report }> {
  const reports = temporaryFolder();
  const ended = await runProgram([...argv, '--reports', reports]);
  return { ...ended, report: JSON.parse(readFileSync(join(reports, 'report.json'), 'utf8')) as Report };
}

/** What an administrator gives a namespace so that its pods may pull from a private registry. */
async function pullSecret({ cluster, privateRegistry }: Shared, name: string): Promise<void> {
  const { username, password } = privateRegistry;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await cluster.kube.makeApiClient(CoreV1Api).createNamespacedSecret({
    namespace: name,
    body: {
      metadata: { name: 'pull' },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [privateRegistry.name]: { auth } } }) },
    },
  });
}

describe('a given registry and kubeconfig', (test) => {
  test('are used, and the app runs from that registry', async () => {
    const all = await shared();
    const name = await namespace(all, 'given');
    await pullSecret(all, name);
    const { code, report } = await delivered(await flags(all, name, all.privateRegistry.password));
    assert.is(code, 0, report.failure?.message);
    const deployments = await all.cluster.kube.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace: name });
    const image = deployments.items[0]?.spec?.template.spec?.containers[0]?.image;
    assert.is(image, `${all.privateRegistry.name}/team/todo@${report.image?.digest}`);
    const place = { kube: all.cluster.kube, namespace: name, release: 'todo' };
    assert.is((await visit({ place, log }, '/health/')).status, 200);
  });

  test('with a wrong password end before the cluster is touched', async () => {
    const all = await shared();
    const name = await namespace(all, 'refused');
    const { code, report, stderr } = await delivered(await flags(all, name, 'not-the-password'));
    assert.is(code, 10, report.failure?.message);
    assert.is(stderr.includes('not-the-password'), false);
    assert.is(report.failure?.stage, 'publish');
    assert.is(JSON.stringify(report).includes('not-the-password'), false);
    const { items } = await all.cluster.kube.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace: name });
    assert.is(items.length, 0);
  });
}, 600_000);
