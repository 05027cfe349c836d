import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as assert from 'uvu/assert';
import { formatFinding } from '../../lint/finding.ts';
import { check } from '../../pipeline.ts';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { chartOfOurs, ourChart } from './support/charts.ts';
import { deliver } from './support/deliver.ts';
import { runProgram } from './support/program.ts';
import { closeShared, shared } from './support/shared.ts';

describe('lint', (test) => {
  test('has nothing to say about this repository, all sets of values and chart tests included', async () => {
    const { exitCode, report } = await deliver(await shared(), [], check);
    assert.equal(report.findings?.map(formatFinding), []);
    assert.is(exitCode, 0, report.failure?.message);
    const sets = readdirSync(join(ourChart, 'ci')).length + 1;
    const suites = readdirSync(join(ourChart, 'tests')).length;
    assert.ok(sets > 5 && suites > 5);
    const [, lint] = report.stages;
    assert.match(lint?.summary ?? '', `${sets} sets of values against Kubernetes v1.`);
    assert.match(lint?.summary ?? '', /[1-9]\d+ chart tests/);
  });

  test('names file and line of what is wrong in values, templates, chart tests and Dockerfile', async () => {
    const app = appOfExample();
    app.write('helm-values.yaml', 'image:\n  # misspelt\n  pullPolcy: Always\n');
    app.write('Dockerfile', 'FROM python:3.13-slim\nWORKDIR /app\nCOPY a b c\nRUN cd /tmp\n');
    const { folder, change } = chartOfOurs();
    change('templates/service.yaml', 'targetPort:', 'targetPrt:');
    const suite = readdirSync(join(folder, 'tests')).find((name) => name.endsWith('_test.yaml')) as string;
    writeFileSync(
      join(folder, 'tests', suite),
      'suite: broken\ntemplates: [templates/service.yaml]\nvalues: [../ci/minimal-values.yaml]\ntests:\n  - it: should fail\n    asserts:\n      - isKind: { of: Nothing }\n',
    );
    const { exitCode, report } = await deliver(await shared(), ['--source', app.folder, '--chart', folder], check);
    assert.is(exitCode, 10);
    assert.is(report.failure?.stage, 'lint');
    const found = (report.findings ?? []).map(formatFinding);
    const at = relative(process.cwd(), folder);
    const line = readFileSync(join(folder, 'templates/service.yaml'), 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('targetPrt:'));
    for (const start of [
      "helm-values.yaml:3: error: value image.pullPolcy: additional properties 'pullPolcy' not allowed (helm schema)",
      `${at}/templates/service.yaml:${line + 1}: error: Service `,
      `${at}/tests/${suite}:5: error: broken › should fail`,
      'Dockerfile:3: warning: ',
      'Dockerfile:4: warning: ',
    ])
      assert.ok(
        found.some((text) => text.startsWith(start)),
        `${start} is not among:\n${found.join('\n')}`,
      );
  });

  test('stops a run before anything is built, or lets it pass when asked to', async () => {
    const all = await shared();
    const flags = ['--set', 'replicaCount=2'];
    const strict = await deliver(all, flags);
    assert.is(strict.exitCode, 10);
    assert.equal(
      strict.report.stages.map(({ name, outcome }) => `${name} ${outcome}`),
      [
        'source passed',
        'lint failed',
        'test skipped',
        'build skipped',
        'publish skipped',
        'rehearse skipped',
        'deploy skipped',
        'verify skipped',
      ],
    );
    assert.match(strict.report.failure?.details.join('\n') ?? '', /replicaCount/);
    const passed = await deliver(all, [...flags, '--lint', 'report'], check);
    assert.is(passed.exitCode, 0);
    assert.match(passed.report.notes.join('\n'), '--lint report');
    assert.ok(passed.report.findings?.some(({ level }) => level === 'error'));
  });

  test('refuses an object that the cluster does not know', async () => {
    const { folder } = chartOfOurs();
    mkdirSync(join(folder, 'templates'), { recursive: true });
    writeFileSync(
      join(folder, 'templates/old.yaml'),
      'apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata:\n  name: old\n',
    );
    const { exitCode, report } = await deliver(await shared(), ['--chart', folder], check);
    assert.is(exitCode, 10);
    const at = relative(process.cwd(), folder);
    const said = `${at}/templates/old.yaml: error: PodSecurityPolicy old: the cluster knows no PodSecurityPolicy in policy/v1beta1 (kubeconform)`;
    assert.ok(report.findings?.map(formatFinding).includes(said), report.findings?.map(formatFinding).join('\n'));
  });

  test('is a command: findings on stdout, the outcome on stderr, and no message', async () => {
    await closeShared();
    const reports = temporaryFolder();
    const ended = await runProgram(['lint', '--set', 'image.tga=1', '--reports', reports]);
    assert.is(ended.code, 10, ended.stderr);
    assert.match(ended.stdout, /^helm-chart\/values\.yaml: error: value image\.tga: .* not allowed \(helm schema\)\n$/);
    assert.match(ended.stderr, /✗ example: chart, values and Dockerfile: 1 error\n {2}fix: /);
    assert.not.match(ended.stderr, 'Live now');
    assert.is((JSON.parse(readFileSync(join(reports, 'report.json'), 'utf8')) as { exitCode: number }).exitCode, 10);
  });
}, 600_000);
