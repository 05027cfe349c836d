import * as assert from 'uvu/assert';
import { trigger } from '../../../config/trigger.ts';
import type { Environment, Trigger } from '../../../core/config.ts';
import { describe } from '../../harness.ts';
import { read, refused } from './reading.ts';

const of = (env: Environment): Trigger => trigger(env, 'ann on laptop');
const causes = (...list: unknown[]): Environment => ({ JENKINS_BUILD_CAUSES: JSON.stringify(list) });
const push: Trigger = { kind: 'push' };
const poll: Trigger = { kind: 'poll' };
const cron: Trigger = { kind: 'cron' };
const ada: Trigger = { kind: 'person', by: 'Ada (Jenkins)' };
const somebody: Trigger = { kind: 'person', by: 'somebody (Jenkins)' };

const timer = { _class: 'hudson.triggers.TimerTrigger$TimerTriggerCause', shortDescription: 'Started by timer' };
const hook = { _class: 'com.cloudbees.jenkins.GitHubPushCause' };
const scm = { _class: 'hudson.triggers.SCMTrigger$SCMTriggerCause' };
const user = { _class: 'hudson.model.Cause$UserIdCause', userId: 'ada', userName: 'Ada' };

describe('what started a run, by Jenkins', (test) => {
  const alone: Record<string, Trigger> = {
    'hudson.triggers.TimerTrigger$TimerTriggerCause': cron,
    'org.jenkinsci.plugins.parameterizedscheduler.ParameterizedTimerTriggerCause': cron,
    'com.cloudbees.jenkins.GitHubPushCause': push,
    'jenkins.branch.BranchEventCause': push,
    'hudson.triggers.SCMTrigger$SCMTriggerCause': poll,
    'jenkins.branch.BranchIndexingCause': poll,
    'hudson.model.Cause$UserIdCause': somebody,
    'org.jenkinsci.plugins.workflow.cps.replay.ReplayCause': somebody,
    'com.sonyericsson.rebuild.RebuildCause': somebody,
    'hudson.model.Cause$UpstreamCause': push,
    'hudson.model.Cause$RemoteCause': push,
    'com.example.SomethingNew': push,
    '': push,
  };
  for (const [name, expected] of Object.entries(alone))
    test(`a single cause: ${name || 'without a class'}`, () => assert.equal(of(causes({ _class: name })), expected));

  test('a person is named by name, else by id', () => {
    assert.equal(of(causes(user)), ada);
    assert.equal(of(causes({ ...user, userName: null })), { kind: 'person', by: 'ada (Jenkins)' });
    const replay = { _class: 'org.jenkinsci.plugins.workflow.cps.replay.ReplayCause' };
    assert.equal(of(causes(replay, user)), ada);
    assert.equal(of({ ...causes(replay), BUILD_USER: 'Ada' }), ada);
  });

  test('the most demanding of several causes counts, in any order', () => {
    assert.equal(of(causes(timer, scm)), poll);
    assert.equal(of(causes(hook, timer, scm)), push);
    assert.equal(of(causes(timer, user, hook)), ada);
    assert.equal(of(causes(timer, { _class: 'com.example.SomethingNew' })), push);
  });

  test('a class that has lost what stands behind the dollar is still known', () => {
    assert.equal(of(causes({ _class: 'hudson.triggers.TimerTrigger' })), cron);
    assert.equal(of(causes({ _class: 'hudson.triggers.SCMTrigger' })), poll);
    assert.equal(of(causes({ _class: 'hudson.model.Cause', userId: 'ada', userName: 'Ada' })), ada);
    assert.equal(of(causes({ _class: 'hudson.model.Cause', upstreamProject: 'shop' })), push);
  });

  test('what is no JSON is read as far as it goes', () => {
    const groovy = '[[_class:hudson.triggers.TimerTrigger$TimerTriggerCause, shortDescription:Started by timer]]';
    assert.equal(of({ JENKINS_BUILD_CAUSES: groovy }), cron);
    const clicked = '[[_class:hudson.model.Cause$UserIdCause, shortDescription:x, userId:ada, userName:Ada]]';
    assert.equal(of({ JENKINS_BUILD_CAUSES: clicked }), { kind: 'person', by: 'ada (Jenkins)' });
    for (const nonsense of ['x', '[]', 'null', '[null]', '7', '{'])
      assert.equal(of({ JENKINS_BUILD_CAUSES: nonsense }), push);
  });

  test('freestyle jobs have words for it', () => {
    assert.equal(of({ BUILD_CAUSE: 'TIMERTRIGGER' }), cron);
    assert.equal(of({ BUILD_CAUSE: 'SCMTRIGGER' }), poll);
    assert.equal(of({ BUILD_CAUSE: 'MANUALTRIGGER', BUILD_USER_ID: 'ada' }), { kind: 'person', by: 'ada (Jenkins)' });
    assert.equal(of({ BUILD_CAUSE: 'TIMERTRIGGER,SCMTRIGGER' }), poll);
    assert.equal(of({ BUILD_CAUSE: 'UPSTREAMTRIGGER', ROOT_BUILD_CAUSE: 'TIMERTRIGGER' }), push);
    assert.equal(of({ ROOT_BUILD_CAUSE: 'TIMERTRIGGER' }), cron);
  });

  test('is a push where Jenkins does not say', () => assert.equal(of({ JENKINS_URL: 'https://jenkins/' }), push));
});

describe('what started a run, elsewhere', (test) => {
  test('GitHub says it by its event', () => {
    const on = (event: string) => of({ CI: 'true', GITHUB_EVENT_NAME: event, GITHUB_ACTOR: 'ada' });
    assert.equal([on('push'), on('pull_request'), on('repository_dispatch'), on('news')], [push, push, push, push]);
    assert.equal(on('schedule'), cron);
    assert.equal(on('workflow_dispatch'), { kind: 'person', by: 'ada (GitHub)' });
  });

  test("GitHub says that somebody runs it again, which is that person's delivery, and still a look at what is live", () => {
    const again = { CI: 'true', GITHUB_RUN_ATTEMPT: '2', GITHUB_ACTOR: 'ada', GITHUB_TRIGGERING_ACTOR: 'bob' };
    assert.equal(of({ ...again, GITHUB_EVENT_NAME: 'push' }), { kind: 'person', by: 'bob (GitHub)' });
    assert.equal(of({ ...again, GITHUB_EVENT_NAME: 'schedule' }), cron);
    assert.equal(of({ ...again, GITHUB_EVENT_NAME: 'push', GITHUB_RUN_ATTEMPT: '1' }), push);
  });

  test('GitLab says it by the source of its pipeline', () => {
    const from = (source: string) => of({ CI: 'true', CI_PIPELINE_SOURCE: source, GITLAB_USER_LOGIN: 'ada' });
    assert.equal([from('push'), from('merge_request_event'), from('trigger')], [push, push, push]);
    assert.equal(from('schedule'), cron);
    assert.equal(from('web'), { kind: 'person', by: 'ada (GitLab)' });
  });

  test('a build server that is not known pushes; without one it was a person', () => {
    assert.equal(of({ CI: 'true' }), push);
    assert.equal(of({}), { kind: 'person', by: 'ann on laptop' });
    assert.equal(of({ CI: 'false', JENKINS_BUILD_CAUSES: '' }), { kind: 'person', by: 'ann on laptop' });
  });
});

describe('--trigger', (test) => {
  test('goes before what the environment says, from any place', () => {
    const env = { GITHUB_EVENT_NAME: 'push' };
    assert.equal(read({ env }).trigger, push);
    assert.equal(read({ env, argv: ['--trigger', 'cron'] }).trigger, cron);
    assert.equal(read({ env: { ...env, PIPELINE_TRIGGER: 'poll' } }).trigger, poll);
    assert.equal(read({ env, file: 'trigger: cron' }).trigger, cron);
  });

  test('names the person that the environment knows, else who runs the program', () => {
    const argv = ['--trigger', 'person'];
    assert.equal(read({ argv, env: { ...causes(user) } as Record<string, string> }).trigger, ada);
    assert.equal(read({ argv, env: { CI: 'true' } }).trigger, { kind: 'person', by: 'author on laptop' });
  });

  test('refuses what is no trigger, and says what was meant', () => {
    assert.match(
      refused({ argv: ['--trigger', 'corn'] }).message,
      '--trigger: "corn" starts no run; did you mean cron?',
    );
    assert.match(refused({ argv: ['--trigger', 'midnight'] }).message, 'there are person, push, poll, cron');
  });
});
