import { join } from 'node:path';
import { type Config, type Environment, type Trigger, triggers } from '../../core/config.ts';
import { didYouMean } from '../suggest.ts';
import { trigger } from '../trigger.ts';
import { addProblem, pathOf, secretOf, textOf, type Validation } from './validation.ts';

type Part = Pick<Config, 'lint' | 'rehearsal' | 'trigger' | 'reports' | 'buildNumber' | 'slackWebhook'>;

/** What the run is called and where it tells about itself. */
export function checkRun(validation: Validation): Part {
  const reports = textOf(validation, 'reports');
  const folder = reports === undefined ? join(validation.facts.cwd, 'reports') : pathOf(validation, reports);
  if (validation.facts.kind(folder) === 'file') addProblem(validation, 'reports', `${folder} is a file, not a folder`);
  else if (!validation.facts.canWriteIn(folder))
    addProblem(validation, 'reports', `nothing can be written to ${folder}`);
  const slackWebhook =
    secretOf(validation, 'slackWebhook') ??
    (validation.env['SLACK_WEBHOOK_URL'] ? 'env://SLACK_WEBHOOK_URL' : undefined);
  const job = textOf(validation, 'buildNumber') === undefined ? jobOf(validation.env) : undefined;
  const lint = textOf(validation, 'lint') ?? 'strict';
  if (!isLint(lint)) addProblem(validation, 'lint', `"${lint}" must be strict or report`);
  const rehearsal = textOf(validation, 'rehearsal') ?? 'try';
  if (!isRehearsal(rehearsal)) addProblem(validation, 'rehearsal', `"${rehearsal}" must be require, try or off`);
  return {
    lint: isLint(lint) ? lint : 'strict',
    rehearsal: isRehearsal(rehearsal) ? rehearsal : 'try',
    trigger: { ...triggerOf(validation), ...(job !== undefined && { job }) },
    reports: folder,
    buildNumber: buildNumberOf(validation),
    ...(slackWebhook !== undefined && { slackWebhook }),
  };
}

function isLint(text: string): text is Config['lint'] {
  return text === 'strict' || text === 'report';
}

function isRehearsal(text: string): text is Config['rehearsal'] {
  return text === 'require' || text === 'try' || text === 'off';
}

/** What is given goes before what the environment says; who it was is known to the environment only. */
function triggerOf(validation: Validation): Trigger {
  const found = trigger(validation.env, validation.facts.person);
  const given = textOf(validation, 'trigger');
  if (given === undefined || given === found.kind) return found;
  const kind = triggers.find((one) => one === given);
  if (kind === 'person') return { kind, by: validation.facts.person };
  if (kind) return { kind };
  const hint = didYouMean(given, triggers) || `; there are ${triggers.join(', ')}`;
  addProblem(validation, 'trigger', `"${given}" starts no run${hint}`);
  return found;
}

/** The build number becomes part of a tag, so what the build server offers is made to fit; what a user gives must fit. */
function buildNumberOf(validation: Validation): string {
  const given = textOf(validation, 'buildNumber');
  if (given === undefined) {
    const offered = validation.env['BUILD_NUMBER'] || validation.env['GITHUB_RUN_NUMBER'] || 'local';
    return offered.replace(/[^\w.-]+/g, '-').slice(0, 64);
  }
  if (!/^[\w.-]{1,64}$/.test(given))
    addProblem(validation, 'buildNumber', `"${given}" must be letters, digits, dots and hyphens, at most 64`);
  return given;
}

/** Whose builds are counted together. GitHub counts those of a workflow on all branches; the file's name stands in front of the ref. */
function jobOf(env: Environment): string | undefined {
  if (env['BUILD_NUMBER']) return env['JOB_URL'] || env['JOB_NAME'] || undefined;
  const workflow = env['GITHUB_RUN_NUMBER'] && env['GITHUB_WORKFLOW_REF']?.replace(/@.*$/, '');
  return workflow ? `${env['GITHUB_SERVER_URL'] ?? ''}/${workflow}` : undefined;
}
