import * as assert from 'uvu/assert';
import type { Context } from '../../../../core/context.ts';
import type { PipelineError } from '../../../../core/errors.ts';
import { helmTest } from '../../../../release/rollout/helmTest.ts';
import { checksIn, failedChecks } from '../../../../release/rollout/testLogs.ts';
import { describe } from '../../../harness.ts';
import { withFakeCluster } from '../../kube/fakeCluster.ts';
import { fakeConfig, fakeReport, noMask } from '../../report/fakeReport.ts';
import { recordObject } from '../fakeHelm.ts';

const test = (kind: string, name: string) => ({
  manifest: `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}, annotations: {helm.sh/hook: test}}\n`,
  events: ['test'],
});
const record = {
  ...{ version: 3, info: { status: 'deployed' }, manifest: '' },
  hooks: [test('Pod', 'shop-test'), test('Job', 'shop-load'), test('ConfigMap', 'shop-script')],
};
const pods = [
  { metadata: { name: 'shop-test' }, spec: { containers: [{ name: 'checks' }] } },
  {
    metadata: { name: 'shop-load-x', labels: { 'batch.kubernetes.io/job-name': 'shop-load' } },
    spec: { containers: [{ name: 'load' }] },
  },
  { metadata: { name: 'shop-web' }, spec: { containers: [{ name: 'web' }] } },
];
const passed = 'TEST SUITE: shop-test\nPhase: Succeeded\nTEST SUITE: shop-load\nPhase: Succeeded';

/** What comes of Helm's answer and of what the tests have printed; with all that Helm was asked. */
async function judged(exitCode: number, output: string, printed: string) {
  const asked: string[] = [];
  const container = (): object => ({
    ...{ from: container, with: container, withEnvVariable: container, withNewFile: container },
    withExec: (args: string[]) => {
      asked.push(args.join(' '));
      return container();
    },
    ...{ exitCode: async () => exitCode, stdout: async () => output, stderr: async () => '' },
  });
  const core = '/api/v1/namespaces/shop';
  const routes = {
    [`${core}/secrets`]: { items: [recordObject(record)] },
    [`${core}/pods`]: { items: pods },
    [`${core}/pods/shop-test/log`]: printed,
    [`${core}/pods/shop-load-x/log`]: 'a hundred requests\n',
    [`${core}/events`]: { items: [] },
  };
  return withFakeCluster(routes, async ({ kube }) => {
    const ctx = {
      ...{ dag: { container }, images: { tools: 'tools' }, mask: noMask, report: fakeReport({ notes: [] }) },
      ...{ config: fakeConfig(), place: { kube, namespace: 'shop', release: 'shop' } },
      cluster: { reach: async () => (ctr: unknown) => ctr },
    } as unknown as Context;
    let summary = '';
    const ending = helmTest(ctx, (text) => {
      summary = text;
    });
    return { asked, ended: await ending.catch((error: PipelineError) => error), summary: () => summary, ctx };
  });
}

describe('helm test', (declare) => {
  declare('names what has passed: the checks of our chart, or the tests of another', async () => {
    const own = await judged(0, passed, 'check health: ok\ncheck schema: ok\n');
    assert.equal(own.ended, ['health', 'schema']);
    assert.is(own.summary(), 'health, schema');
    assert.equal((await judged(0, passed, 'well\n')).ended, ['shop-test', 'shop-load']);
  });

  declare(
    'is not asked for logs by Helm, who takes every test for a pod, and reads them itself, of Jobs, too',
    async () => {
      const { asked, ended } = await judged(1, 'Error: 1 error occurred: * pod shop-test failed', 'no good\n');
      assert.equal(
        asked.filter((command) => command.includes('--logs')),
        [],
      );
      const { code, details } = ended as PipelineError;
      assert.is(code, 'VERIFY');
      assert.ok(details.includes('no good') && details.includes('a hundred requests'), details.join('\n'));
    },
  );

  const failing = async (printed: string) => {
    const { ended } = await judged(1, 'Error: 1 error occurred: * pod shop-test failed', printed);
    const { code, message } = ended as PipelineError;
    return [code, message.replace(/^helm test of shop failed: /, '')];
  };
  const schema = 'check schema: FAILED: tasks.Task: no column tasks_task.due_on';
  const ahead = 'check ahead: FAILED: the database has tasks.0003_drop, which this code does not know';
  const page = 'check page: FAILED: / answered 500';

  declare('says first what is wrong with the database', async () => {
    assert.equal(await failing(`${page}\n${schema}\n`), [
      'SCHEMA',
      'schema: tasks.Task: no column tasks_task.due_on; page: / answered 500',
    ]);
  });

  declare('tells a database that is only ahead of the code from one that does not go with it', async () => {
    assert.is((await failing(`check health: ok\n${ahead}\n`))[0], 'AHEAD');
    assert.is((await failing(`${page}\n${ahead}\n`))[0], 'SCHEMA');
    assert.is((await failing(`${page}\ncheck ahead: ok\n`))[0], 'VERIFY');
  });

  declare('says that nothing was tested', async () => {
    const { ended, ctx } = await judged(0, '', '');
    assert.equal([ended, ctx.report.untested], [[], true]);
    assert.ok(ctx.report.notes.includes('the chart has no tests: nothing was verified'));
  });

  declare('fails as what it is when the API server goes away, and is no failure of the release then', async () => {
    const words =
      'Error: unable to get pod: Get "https://k:6443/x": dial tcp 10.0.0.1:6443: connect: connection refused';
    assert.is(((await judged(1, words, '')).ended as PipelineError).code, 'CLUSTER');
  });
});

describe('checksIn', (declare) => {
  declare('reads how the checks ended, and takes nothing else for one', () => {
    const lines = [
      'GET / -> 200',
      'check page: ok',
      ' check schema: FAILED: no column x',
      'check: nothing',
      'recheck a: ok',
    ];
    const checks = checksIn(lines);
    assert.equal(checks, [{ name: 'page' }, { name: 'schema', problem: 'no column x' }]);
    assert.equal(failedChecks(checks), ['schema']);
  });
});
