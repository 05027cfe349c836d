import { setTimeout as pause } from 'node:timers/promises';
import {
  type FetchFunction,
  IncomingWebhook,
  IncomingWebhookHTTPError,
  IncomingWebhookRequestError,
} from '@slack/webhook';
import { messageOf } from '../core/causes.ts';
import type { Environment, SessionCommand } from '../core/config.ts';
import type { Context } from '../core/context.ts';
import type { Report } from '../core/report.ts';
import { resolveSecret } from '../core/secrets.ts';
import { maskAll } from '../log/mask.ts';
import { message } from '../report/render/message.ts';
import { slackBlocks } from '../report/render/slack.ts';

/** All times in milliseconds. */
export interface NotifyOptions {
  env?: Environment;
  /** The longest time for one attempt. */
  timeout?: number;
  /** The longest time Slack may make us wait after "too many requests". */
  longestPause?: number;
  /** The pause before the first repetition; the second one is twice as long. */
  retryPause?: number;
  /** Only on the terminal. */
  quiet?: boolean;
}

type NotifyContext = Pick<Context, 'report' | 'log' | 'mask'> & { config: Pick<Context['config'], 'slackWebhook'> };

/**
 * Tells the outcome of a run: on the terminal, and by one message to Slack when a webhook is set.
 * Never throws: a message that cannot be sent is a warning, because the release is what it is without it.
 * The report is closed, so that its exit code is known; an interrupted run gets one short attempt.
 */
export async function notify({ report, config, log, mask }: NotifyContext, options: NotifyOptions = {}): Promise<void> {
  const { env = process.env, retryPause = 1_000, longestPause = 30_000, quiet = false } = options;
  log.info(mask(message(report)));
  if (quiet || config.slackWebhook === undefined) return;

  const hurried = (report.exitCode ?? 0) > 128;
  const timeout = Math.min(options.timeout ?? 10_000, hurried ? 4_000 : Number.POSITIVE_INFINITY);
  const retries = hurried ? 0 : 2;
  let retryAfter: string | null = null;
  // The SDK's error does not carry the header that says how long to wait.
  const listening: FetchFunction = async (url, init) => {
    const response = await fetch(url, init as RequestInit);
    retryAfter = response.headers.get('retry-after');
    return response;
  };
  const send = async () => {
    const url = resolveSecret(config.slackWebhook ?? '', env);
    if (url === undefined || !URL.canParse(url)) throw new Error(`${config.slackWebhook} holds no URL`);
    const webhook = new IncomingWebhook(url, {
      timeout,
      fetch: listening,
      retryConfig: { retries, minTimeout: retryPause },
    });
    await webhook.send(slackBlocks(maskAll(report, mask)));
  };

  try {
    await send().catch(async (error) => {
      if (hurried || !(error instanceof IncomingWebhookHTTPError) || error.statusCode !== 429) throw error;
      await pause(Math.min(Number(retryAfter) * 1_000 || retryPause, longestPause));
      await send();
    });
  } catch (error) {
    log.warn(`the message was not sent to Slack: ${mask(reason(error, timeout))}`);
  }
}

/** Says why without the error's own words: those hold the webhook's URL, and who has that can post. */
function reason(error: unknown, timeout: number): string {
  if (error instanceof IncomingWebhookHTTPError)
    return `Slack answered ${error.statusCode} ${error.body.slice(0, 80)}`.trim();
  if (!(error instanceof IncomingWebhookRequestError)) return messageOf(error);
  const { name, cause } = error.original;
  if (name === 'TimeoutError') return `no answer within ${timeout / 1_000} s`;
  return cause instanceof Error && 'code' in cause
    ? `no connection (${messageOf(cause.code)})`
    : `no connection (${name})`;
}

/**
 * Whether a run has nothing to tell anybody but its own terminal: what is live was looked at and is well, or the repository was
 * looked at and nothing was new. When something was done after all, what a dead run had left, it is told.
 * @param report closed, so that its exit code is known
 */
export function isQuiet(command: SessionCommand, { exitCode, health, trigger, unchanged, stages }: Report): boolean {
  if (exitCode !== 0 || stages.some(({ name }) => name === 'recover')) return false;
  if (health) return true;
  return command === 'run' && trigger.kind === 'poll' && unchanged !== undefined;
}
