import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Report } from '../../core/report.ts';
import { statusOf } from '../../kube/apiError.ts';
import { describe, rejects } from '../harness.ts';
import { type App, appOfExample, temporaryFolder } from './support/apps.ts';
import { nativeCluster } from './support/nativeCluster.ts';
import { type Ended, runProgram } from './support/program.ts';
import { oneTest } from './support/releasing.ts';
import { closeShared } from './support/shared.ts';
import { slackServer } from './support/slackServer.ts';
import { isVerified, ledgerOf, type Watched } from './support/standing.ts';

/** A run that has ended. */
interface Ran extends Ended {
  report: Report;
  reports: string;
  /** What it has posted to Slack. */
  told: string[];
}

interface Life {
  its: Watched;
  app: App;
  /** Each with a build number and a folder of reports of its own. */
  run: (cause: object, ...more: string[]) => Promise<Ran>;
}

let life: Promise<Life> | undefined;

/** On a cluster outside the engine, by the command line as a build server calls it. */
async function begin(): Promise<Life> {
  await closeShared();
  const { kube, flags: given } = await nativeCluster();
  const slack = await slackServer();
  const app = appOfExample();
  const its = { kube, namespace: 'trigger', release: 'todo' };
  const where = ['--namespace', its.namespace, ...given];
  const what = ['--source', app.folder, '--name', 'todo', '--test-command', 'true', ...oneTest];
  let build = 0;
  const run = async (cause: object, ...more: string[]): Promise<Ran> => {
    const reports = temporaryFolder();
    const before = slack.posted.length;
    // A flag that is given twice is refused: the namespace of a test goes before ours.
    const flags = where.filter((_, index) => index > 1 || !more.includes('--namespace'));
    const ended = await runProgram([...more, ...what, ...flags, '--reports', reports, '--build-number', `${++build}`], {
      JENKINS_BUILD_CAUSES: JSON.stringify([cause]),
      SLACK_WEBHOOK_URL: slack.url,
    });
    const report = JSON.parse(readFileSync(join(reports, 'report.json'), 'utf8')) as Report;
    return { ...ended, report, reports, told: slack.posted.slice(before) };
  };
  return { its, app, run };
}

function living(): Promise<Life> {
  life ??= begin();
  return life;
}

const push = { _class: 'com.cloudbees.jenkins.GitHubPushCause' };
const poll = { _class: 'hudson.triggers.SCMTrigger$SCMTriggerCause' };
const cron = { _class: 'hudson.triggers.TimerTrigger$TimerTriggerCause' };
const ada = { _class: 'hudson.model.Cause$UserIdCause', userId: 'ada', userName: 'Ada' };

const stages = ({ report }: Ran) => report.stages.map(({ name, outcome }) => `${name} ${outcome}`);

/** Somebody changes the Deployment past the pipeline, and adds something to it. */
async function editByHand({ kube, namespace }: Watched): Promise<() => Promise<number | undefined>> {
  const apps = kube.makeApiClient(AppsV1Api);
  const name = (await apps.listNamespacedDeployment({ namespace })).items[0]?.metadata?.name ?? '';
  const body = {
    metadata: { annotations: { 'example.org/note': 'by-hand' } },
    spec: { template: { spec: { terminationGracePeriodSeconds: 7 } } },
  };
  await apps.patchNamespacedDeployment(
    { namespace, name, body, fieldManager: 'kubectl-edit' },
    setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
  );
  return async () =>
    (await apps.readNamespacedDeployment({ namespace, name })).spec?.template.spec?.terminationGracePeriodSeconds;
}

// One after the other, as they would come: each starts from what the one before has left.
describe('what started a run', (test) => {
  test('a push is delivered, and told', async () => {
    const { its, run } = await living();
    const pushed = await run(push);
    assert.is(pushed.code, 0, pushed.stderr);
    assert.is(pushed.told.length, 1);
    assert.match(pushed.told[0] ?? '', '*Started by*\\npush');
    assert.match(pushed.told[0] ?? '', `*Fingerprint*\\n${pushed.report.fingerprint?.value}`);
    await isVerified(its);
  });

  test('a poll that finds nothing new is silent', async () => {
    const { its, run } = await living();
    const before = await ledgerOf(its);
    const polled = await run(poll);
    assert.is(polled.code, 0, polled.stderr);
    assert.equal(polled.told, []);
    assert.ok(polled.report.unchanged);
    assert.match(polled.stderr, 'todo is live and tested: nothing to do');
    assert.equal((await ledgerOf(its)).entries, before.entries);
  });

  test('a push of the same is told all the same', async () => {
    const { run } = await living();
    const pushed = await run(push);
    assert.is(pushed.code, 0, pushed.stderr);
    assert.ok(pushed.report.unchanged);
    assert.is(pushed.told.length, 1);
  });

  test('cron tests what is live, delivers nothing and is silent', async () => {
    const { its, run } = await living();
    const before = await ledgerOf(its);
    const looked = await run(cron);
    assert.is(looked.code, 0, looked.stderr);
    assert.equal(looked.told, []);
    assert.equal(stages(looked), ['health passed']);
    assert.match(looked.report.fingerprint?.value ?? '', /^[0-9a-f]{12}$/);
    assert.match(looked.stderr, 'todo is well');
    assert.equal((await ledgerOf(its)).entries, before.entries);
    await isVerified(its);
  });

  test('cron tells once, with 13, what somebody has changed by hand, and leaves it so', async () => {
    const { its, run } = await living();
    const seconds = await editByHand(its);
    const looked = await run(cron);
    assert.is(looked.code, 13, looked.stderr);
    assert.equal(stages(looked), ['health failed']);
    assert.is(looked.told.length, 1);
    assert.match(looked.told[0] ?? '', 'todo is not well: a person is needed');
    assert.match(looked.told[0] ?? '', /terminationGracePeriodSeconds: 7 instead of 35/);
    assert.match(looked.told[0] ?? '', /example\.org\/note\]: by-hand instead of nothing/);
    assert.match(looked.told[0] ?? '', 'npm run ci -- rollback');
    assert.is(await seconds(), 7);
  });

  test('a person is named, and what was changed by hand is put right', async () => {
    const { its, run } = await living();
    const asked = await run(ada);
    assert.is(asked.code, 0, asked.stderr);
    assert.is(asked.report.unchanged, undefined);
    assert.is(asked.told.length, 1);
    assert.match(asked.told[0] ?? '', '*Started by*\\nAda (Jenkins)');
    await isVerified(its);
  });

  test('`health` by hand looks in the same way; what was added has passed the tests, and is a note', async () => {
    const { run } = await living();
    const looked = await run(ada, 'health');
    assert.is(looked.code, 0, looked.stderr);
    assert.equal(looked.told, []);
    assert.equal(stages(looked), ['health passed']);
    assert.match(looked.report.notes.join('\n'), /^added by hand before the last deployment.*example\.org\/note/m);
  });

  test('what was added is no reason to deploy the same again', async () => {
    const { its, run } = await living();
    const before = await ledgerOf(its);
    const polled = await run(poll);
    assert.is(polled.code, 0, polled.stderr);
    assert.ok(polled.report.unchanged);
    assert.equal((await ledgerOf(its)).entries, before.entries);
  });

  test('cron in a namespace where nothing was ever released tells so, and makes no namespace', async () => {
    const { its, run } = await living();
    const looked = await run(cron, '--namespace', 'trigger-nowhere');
    assert.is(looked.code, 13, looked.stderr);
    assert.is(looked.told.length, 1);
    assert.match(looked.told[0] ?? '', 'no release of todo in namespace trigger-nowhere is known');
    const error = await rejects(its.kube.makeApiClient(CoreV1Api).readNamespace({ name: 'trigger-nowhere' }));
    assert.is(statusOf(error), 404);
  });
}, 600_000);

describe('the fingerprint', (test) => {
  test('is the same for the same commit, and after a change of one line `explain` names the part', async () => {
    const { app, run } = await living();
    const one = await run(push, 'lint');
    const two = await run(cron, 'lint', '--namespace', 'trigger-elsewhere');
    assert.equal([one.code, two.code], [0, 0], one.stderr + two.stderr);
    assert.is.not(one.report.buildNumber, two.report.buildNumber);
    assert.match(one.report.fingerprint?.value ?? '', /^[0-9a-f]{12}$/);
    assert.equal(two.report.fingerprint, one.report.fingerprint);
    const same = await runProgram(['explain', one.reports, two.reports]);
    assert.equal([same.code, same.stderr], [0, '']);
    assert.match(same.stdout, /^The same pipeline, tools and inputs\.\n/);

    app.write('README.md', 'another line\n');
    const three = await run(push, 'lint');
    assert.is(three.code, 0, three.stderr);
    assert.is.not(three.report.fingerprint?.value, one.report.fingerprint?.value);
    const other = await runProgram(['explain', one.reports, join(three.reports, 'report.json')]);
    assert.is(other.code, 0, other.stderr);
    assert.match(other.stdout, /^Not the same: source, working tree\.\n/);
  });
}, 600_000);
