import { type Environment, type Trigger, triggers } from '../core/config.ts';

/** https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows; the others are pushes of some kind. */
const gitHubEvents: Record<string, Trigger['kind']> = { schedule: 'cron', workflow_dispatch: 'person' };

/** https://docs.gitlab.com/ci/jobs/job_rules/#ci_pipeline_source-predefined-variable */
const gitLabSources: Record<string, Trigger['kind']> = { schedule: 'cron', web: 'person', chat: 'person' };

/**
 * Finds out what started the run. What is not known counts as a push: that deploys, and is told.
 * @param person who runs the program; where there is no build server it was a person
 */
export function trigger(env: Environment, person: string): Trigger {
  const jenkins = jenkinsTrigger(env);
  if (jenkins) return jenkins;
  if (env['GITHUB_EVENT_NAME']) return gitHubTrigger(env['GITHUB_EVENT_NAME'], env);
  if (env['CI_PIPELINE_SOURCE'])
    return named(gitLabSources[env['CI_PIPELINE_SOURCE']] ?? 'push', env['GITLAB_USER_LOGIN'], 'GitLab');
  if (env['CI'] && env['CI'] !== 'false') return { kind: 'push' };
  return { kind: 'person', by: person };
}

/** A run that is run again keeps its event. A delivery that somebody wants once more is that person's; a look at what is live stays one. */
function gitHubTrigger(event: string, env: Environment): Trigger {
  const kind = gitHubEvents[event] ?? 'push';
  const again = kind === 'push' && Number(env['GITHUB_RUN_ATTEMPT']) > 1;
  return named(again ? 'person' : kind, env['GITHUB_TRIGGERING_ACTOR'] ?? env['GITHUB_ACTOR'], 'GitHub');
}

/** One element of what `currentBuild.getBuildCauses()` gives. */
interface Cause {
  class: string;
  /** Empty where there is none. */
  user: string;
}

/**
 * Beginnings of the causes' classes. Jenkins puts variables into values (`$NAME`), so of `TimerTrigger$TimerTriggerCause`
 * perhaps only `TimerTrigger` is left; of the classes of `hudson.model.Cause` then nothing but the user tells them apart.
 */
const beginnings: readonly (readonly [beginning: string, kind: Trigger['kind']])[] = [
  ['hudson.model.Cause$User', 'person'],
  ['org.jenkinsci.plugins.workflow.cps.replay.', 'person'],
  ['org.jenkinsci.plugins.pipeline.modeldefinition.causes.Restart', 'person'],
  ['com.sonyericsson.rebuild.', 'person'],
  ['hudson.triggers.TimerTrigger', 'cron'],
  ['org.jenkinsci.plugins.parameterizedscheduler.', 'cron'],
  ['hudson.triggers.SCMTrigger', 'poll'],
  ['jenkins.branch.BranchIndexingCause', 'poll'],
];

/** Words in BUILD_CAUSE, which freestyle jobs get from the EnvInject plugin. */
const words: Record<string, Trigger['kind']> = {
  MANUALTRIGGER: 'person',
  USERIDCAUSE: 'person',
  TIMERTRIGGER: 'cron',
  SCMTRIGGER: 'poll',
};

/**
 * What Jenkins says about the start of a build. It merges builds that wait in the queue, so there may be several causes: the
 * most demanding one counts.
 * @returns null when this is not Jenkins; a push when it does not say, or says what is not known
 */
export function jenkinsTrigger(env: Environment): Trigger | null {
  const { JENKINS_BUILD_CAUSES: given, JENKINS_URL: url, BUILD_USER: user, BUILD_USER_ID: id } = env;
  const text = env['BUILD_CAUSE'] || env['ROOT_BUILD_CAUSE'];
  if (given) {
    const causes = causesIn(given);
    return named(
      most(causes.map(kindOf)),
      causes.find((cause) => cause.user && kindOf(cause) === 'person')?.user ?? (user || id),
      'Jenkins',
    );
  }
  if (text)
    return named(most(text.split(/[\s,]+/).map((word) => words[word.toUpperCase()] ?? 'push')), user || id, 'Jenkins');
  return url ? { kind: 'push' } : null;
}

function most(kinds: readonly Trigger['kind'][]): Trigger['kind'] {
  return triggers.find((kind) => kinds.includes(kind)) ?? 'push';
}

function kindOf({ class: name, user }: Cause): Trigger['kind'] {
  if (name === 'hudson.model.Cause' && user) return 'person';
  return beginnings.find(([beginning]) => name.startsWith(beginning))?.[1] ?? 'push';
}

function causesIn(text: string): Cause[] {
  try {
    const list: unknown = JSON.parse(text);
    const causes = (Array.isArray(list) ? list : [list]) as (Record<string, unknown> | null)[];
    const word = (value: unknown) => (typeof value === 'string' ? value : '');
    return causes.map((cause) => ({
      class: word(cause?.['_class']),
      user: word(cause?.['userName']) || word(cause?.['userId']),
    }));
  } catch {
    // Groovy's own way to write a list, or what a shell has left of the quotes.
    const user = /user(?:Name|Id)\W+([^",\]}]+)/.exec(text)?.[1] ?? '';
    return [...text.matchAll(/_class\W+([\w.$]+)/g)].map(([, name = '']) => ({ class: name, user }));
  }
}

/** Who pushed is told by the commit: only a person who asked for the run itself is named. */
export function named(kind: Trigger['kind'], by: string | undefined, server: string): Trigger {
  return kind === 'person' ? { kind, by: `${by || 'somebody'} (${server})` } : { kind };
}
