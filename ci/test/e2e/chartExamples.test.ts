import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Container, ReturnType } from '@dagger.io/dagger';
import { CoreV1Api, SchedulingV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { root } from '../../core/program.ts';
import { describe } from '../harness.ts';
import { namespace, restricted } from './support/namespace.ts';
import { cleanUp, type Place } from './support/place.ts';
import { sharedOutside } from './support/sharedOutside.ts';

const examples = readdirSync(join(root, 'helm-chart/ci'));

/** Helm and kubectl beside the chart. */
async function tools({ dag, images, cluster }: Place, script: string, args: string[]): Promise<Container> {
  return dag
    .container()
    .from(images.tools)
    .with(await cluster.reach())
    .withMountedDirectory('/chart', dag.host().directory(join(root, 'helm-chart'), { noCache: true }))
    .withEnvVariable('NONCE', crypto.randomUUID())
    .withExec(['sh', '-euc', script, 'sh', ...args], { expect: ReturnType.Any });
}

const dryRun = `
space=$1; shift
helm template shop /chart --namespace "$space" "$@" > /tmp/all.yaml
grep -c '^kind:' /tmp/all.yaml
kubectl --namespace "$space" apply --dry-run=server --filename /tmp/all.yaml
`;

/** What the server warns of, not what kubectl does: that it did not make the service accounts itself. */
function warnings(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('Warning:') && !line.includes('last-applied-configuration'));
}

/** What pods need to be accepted: service accounts, which a dry run does not leave behind, and a priority class. */
async function prepare({ cluster }: Place, space: string): Promise<void> {
  const core = cluster.kube.makeApiClient(CoreV1Api);
  for (const name of [
    'shop',
    'shop-runner',
    'shop-django-app',
    'shop-django-app-migrate',
    'preview',
    'preview-migrate',
  ]) {
    await core.createNamespacedServiceAccount({ namespace: space, body: { metadata: { name } } });
  }
  const scheduling = cluster.kube.makeApiClient(SchedulingV1Api);
  await scheduling.deletePriorityClass({ name: 'shop' }).catch(() => {});
  await scheduling.createPriorityClass({ body: { metadata: { name: 'shop' }, value: 1 } });
  cleanUp(() => scheduling.deletePriorityClass({ name: 'shop' }));
}

let prepared: Promise<string> | undefined;

/** The namespace of the dry runs. */
function space(all: Place): Promise<string> {
  prepared ??= namespace(all, 'chart', restricted).then(async (name) => {
    await prepare(all, name);
    return name;
  });
  return prepared;
}

describe('the chart in a namespace that enforces PodSecurity restricted', (test) => {
  for (const example of examples) {
    test(`is accepted by the API server with ci/${example}`, async () => {
      const all = await sharedOutside();
      const ran = await tools(all, dryRun, [await space(all), '--values', `/chart/ci/${example}`]);
      const [stdout, stderr] = [await ran.stdout(), await ran.stderr()];
      assert.is(await ran.exitCode(), 0, stderr);
      const [count = '', ...lines] = stdout.trim().split('\n');
      assert.is(lines.filter((line) => line.endsWith('(server dry run)')).length, Number(count));
      assert.equal(warnings(stderr), []);
    });
  }

  test('is refused with a container that is not restricted', async () => {
    const all = await sharedOutside();
    const values = [
      '--values',
      '/chart/ci/minimal-values.yaml',
      '--set',
      'securityContext.readOnlyRootFilesystem=null',
    ];
    const ran = await tools(all, dryRun, [
      await space(all),
      ...values,
      '--set',
      'securityContext.allowPrivilegeEscalation=true',
    ]);
    assert.is(await ran.exitCode(), 1);
    const stderr = await ran.stderr();
    assert.match(
      stderr,
      /pods "shop-django-app-test" is forbidden: violates PodSecurity "restricted:latest": allowPriv/,
    );
    assert.match(warnings(stderr).join('\n'), /would violate PodSecurity "restricted:latest"/);
  });
}, 600_000);
