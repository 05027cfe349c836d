import { join } from 'node:path';
import { type Config, type Trigger, triggers } from '../../core/config.ts';
import { didYouMean } from '../suggest.ts';
import { trigger } from '../trigger.ts';
import { complain, type Desk, pathOf, secretOf, textOf } from './validation.ts';

type Part = Pick<Config, 'lint' | 'trigger' | 'reports' | 'buildNumber' | 'slackWebhook'>;

/** What the run is called and where it tells about itself. */
export function checkRun(desk: Desk): Part {
  const reports = textOf(desk, 'reports');
  const folder = reports === undefined ? join(desk.facts.cwd, 'reports') : pathOf(desk, reports);
  if (desk.facts.kind(folder) === 'file') complain(desk, 'reports', `${folder} is a file, not a folder`);
  else if (!desk.facts.canWriteIn(folder)) complain(desk, 'reports', `nothing can be written to ${folder}`);
  const slackWebhook =
    secretOf(desk, 'slackWebhook') ?? (desk.env['SLACK_WEBHOOK_URL'] ? 'env://SLACK_WEBHOOK_URL' : undefined);
  const lint = textOf(desk, 'lint') ?? 'strict';
  if (!isLint(lint)) complain(desk, 'lint', `"${lint}" must be strict or report`);
  return {
    lint: isLint(lint) ? lint : 'strict',
    trigger: triggerOf(desk),
    reports: folder,
    buildNumber: buildNumberOf(desk),
    ...(slackWebhook !== undefined && { slackWebhook }),
  };
}

function isLint(text: string): text is Config['lint'] {
  return text === 'strict' || text === 'report';
}

/** What is given goes before what the environment says; who it was is known to the environment only. */
function triggerOf(desk: Desk): Trigger {
  const found = trigger(desk.env, desk.facts.person);
  const given = textOf(desk, 'trigger');
  if (given === undefined || given === found.kind) return found;
  const kind = triggers.find((one) => one === given);
  if (kind === 'person') return { kind, by: desk.facts.person };
  if (kind) return { kind };
  const hint = didYouMean(given, triggers) || `; there are ${triggers.join(', ')}`;
  complain(desk, 'trigger', `"${given}" starts no run${hint}`);
  return found;
}

/** The build number becomes part of a tag, so what the build server offers is made to fit; what a user gives must fit. */
function buildNumberOf(desk: Desk): string {
  const given = textOf(desk, 'buildNumber');
  if (given === undefined) {
    const offered = desk.env['BUILD_NUMBER'] || desk.env['GITHUB_RUN_NUMBER'] || 'local';
    return offered.replace(/[^\w.-]+/g, '-').slice(0, 64);
  }
  if (!/^[\w.-]{1,64}$/.test(given))
    complain(desk, 'buildNumber', `"${given}" must be letters, digits, dots and hyphens, at most 64`);
  return given;
}
