import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { Report } from '../../core/report.ts';
import { describe } from '../harness.ts';
import { temporaryFolder } from './support/apps.ts';
import { type JenkinsJob, jenkinsJob } from './support/jenkinsJob.ts';
import { runProgram } from './support/program.ts';
import { type Ran, runJenkinsfile, startJenkinsfile } from './support/runJenkinsfile.ts';
import { closeShared } from './support/shared.ts';
import { isVerified, ledgerOf, reaches } from './support/standing.ts';
import { watchArguments } from './support/watchArguments.ts';

let job: Promise<JenkinsJob> | undefined;

function living(): Promise<JenkinsJob> {
  job ??= closeShared().then(() => jenkinsJob('jenkins'));
  return job;
}

function reportOf({ archive }: Ran): Report {
  return JSON.parse(readFileSync(join(archive, 'reports/report.json'), 'utf8')) as Report;
}

/** Where a secret is told: the console as it was printed, the archived files, the messages. */
function tellsSecret({ secrets, slack }: JenkinsJob, { raw, archive, junit }: Ran): string[] {
  const files = [archive, junit].filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const texts = [
    ['console', raw] as const,
    ...files.map((file) => [file, readFileSync(file, 'latin1')] as const),
    ...slack.posted.map((message) => ['message', message] as const),
  ];
  return texts.filter(([, text]) => secrets.some((secret) => text.includes(secret))).map(([name]) => name);
}

describe('the Jenkinsfile on an agent, with a cluster of its own', (test) => {
  let first: Report | undefined;

  test('delivers: live and tested, filed, told once, and no secret anywhere', async () => {
    const its = await living();
    const stop = watchArguments(its.secrets);
    const ran = await runJenkinsfile(its.build());
    const { seen, guilty } = stop();
    assert.equal(ran.problems, []);
    assert.is(ran.result, 'SUCCESS', ran.console);
    first = reportOf(ran);
    assert.equal([first.exitCode, first.buildNumber], [0, '1']);
    assert.is(first.buildUrl, 'https://jenkins.example/job/todo/1/');
    assert.ok(ran.tests.total > first.stages.length, 'the unit tests of the app, beside the stages');
    assert.is(ran.tests.failed, 0);
    assert.is((await isVerified(its.its)).revision, 1);
    assert.is(its.slack.posted.length, 1);
    assert.match(its.slack.posted[0] as string, 'todo is live and tested');
    assert.equal(tellsSecret(its, ran), []);
    assert.ok(seen > 10, `${seen} processes were seen`);
    assert.equal(guilty, []);
    assert.equal(readdirSync(`${its.workspace}@tmp/secretFiles`), [], 'the kubeconfig was taken back');
    assert.is(ran.killed, 0);
  });

  test('makes the same image of a commit as a run without Jenkins', async () => {
    const its = await living();
    const reports = temporaryFolder();
    const { source, name, namespace, registry, set } = its.settings;
    const flags = ['--source', source, '--name', name, '--namespace', namespace, '--registry', registry];
    const where = ['--kubeconfig', its.kubeconfig, '--reports', reports];
    const { code, stderr } = await runProgram([...flags, ...set.flatMap((text) => ['--set', text]), ...where]);
    assert.is(code, 0, stderr);
    const report = JSON.parse(readFileSync(join(reports, 'report.json'), 'utf8')) as Report;
    assert.ok(report.image?.digest);
    assert.is(report.image?.digest, first?.image?.digest);
    assert.ok(report.unchanged, 'the release of the build is the one that this run would make');
    assert.ok(report.fingerprint);
    assert.equal(report.fingerprint, first?.fingerprint);
  });

  test('fails with a failing unit test, which is shown, and leaves the cluster alone', async () => {
    const its = await living();
    const before = await ledgerOf(its.its);
    const messages = its.slack.posted.length;
    const [file, right, wrong] = [
      'tasks/tests/test_models.py',
      "['soon', 'later', 'undated', 'done']",
      "['soon']",
    ] as const;
    its.app.change(file, right, wrong);
    const ran = await runJenkinsfile(its.build());
    its.app.change(file, wrong, right);
    assert.is(ran.result, 'FAILURE', ran.console);
    assert.match(ran.console, 'script returned exit code 10');
    assert.is(reportOf(ran).exitCode, 10);
    assert.ok(ran.tests.failed >= 2, `${ran.tests.failed} failed: the test, and the stage`);
    assert.equal(await ledgerOf(its.its), before);
    assert.match(its.slack.posted.slice(messages).join(), 'the cluster was not touched');
    assert.is(its.slack.posted.length, messages + 1);
    assert.equal(tellsSecret(its, ran), []);
  });

  test('stopped in the middle of an upgrade, files its report, and the next build mends what is left', async () => {
    const its = await living();
    const messages = its.slack.posted.length;
    const slow = 'migrations.command={sh,-c,sleep 8; python manage.py migrate --noinput}';
    const running = await startJenkinsfile(its.build({ set: ['podAnnotations.build=stopped', slow] }));
    await reaches(
      its.its,
      ['upgrade'],
      running.ended.then((ran) => ({ stderr: ran.console })),
    );
    await sleep(3_000);
    running.abort();
    const ran = await running.ended;
    assert.is(ran.result, 'ABORTED', ran.console);
    assert.is(reportOf(ran).exitCode, 143);
    assert.match(its.slack.posted.slice(messages).join(), 'todo was interrupted');
    assert.is(its.slack.posted.length, messages + 1);
    assert.is(ran.killed, 0, 'processes that were left');
    assert.equal(tellsSecret(its, ran), []);

    const next = await runJenkinsfile(its.build({ set: ['podAnnotations.build=next'] }));
    assert.is(next.result, 'SUCCESS', next.console);
    await isVerified(its.its);
    assert.equal(tellsSecret(its, next), []);
  });
}, 900_000);
