import type { Environment } from './from/environment.ts';
import { jenkinsTrigger } from './jenkinsTrigger.ts';
import { named, type Trigger } from './triggers.ts';

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
  if (env['GITHUB_EVENT_NAME'])
    return named(gitHubEvents[env['GITHUB_EVENT_NAME']] ?? 'push', env['GITHUB_ACTOR'], 'GitHub');
  if (env['CI_PIPELINE_SOURCE'])
    return named(gitLabSources[env['CI_PIPELINE_SOURCE']] ?? 'push', env['GITLAB_USER_LOGIN'], 'GitLab');
  if (env['CI'] && env['CI'] !== 'false') return { kind: 'push' };
  return { kind: 'person', by: person };
}
