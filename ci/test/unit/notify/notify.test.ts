import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import { createMask } from '../../../log/mask.ts';
import { type NotifyOptions, notify } from '../../../notify/notify.ts';
import { describe } from '../../harness.ts';
import { failedReport, fakeConfig, fakeReport, listeningLog, noMask } from '../report/fakeReport.ts';

type Answer = (response: ServerResponse, request: IncomingMessage, attempt: number) => void;

/** Sends the message of a report to a server that answers as told. */
async function sendTo(answer: Answer, report = fakeReport(), options: NotifyOptions = {}) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => answer(response, request, bodies.push(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/hunter2`;
  const log = listeningLog();
  const start = performance.now();
  const config = fakeConfig({ slackWebhook: 'env://HOOK' });
  await notify({ report, config, log, mask: createMask([url]) }, { env: { HOOK: url }, retryPause: 10, ...options });
  server.closeAllConnections();
  server.close();
  // The message itself is printed first, always.
  const [printed = '', ...said] = log.lines;
  return { bodies, printed, said: said.join('\n'), ms: performance.now() - start };
}

const status =
  (code: number, body = '', headers = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end(body);

describe('notify', (test) => {
  test('sends one message with text and blocks', async () => {
    const { bodies, said } = await sendTo(status(200, 'ok'));
    assert.is(bodies.length, 1);
    const { text, blocks } = JSON.parse(bodies[0] ?? '') as { text: string; blocks: unknown[] };
    assert.is(text, '✓ shop is live and tested');
    assert.is(blocks.length, 3);
    assert.is(said, '');
  });

  test('prints the same message where there is no webhook', async () => {
    const log = listeningLog();
    await notify({ report: fakeReport(), config: fakeConfig(), log, mask: noMask }, { env: {} });
    assert.match(log.lines.join('\n'), /^✓ shop is live and tested\n {2}Live now/);
  });

  test('prints what is to be told to nobody, and sends nothing', async () => {
    const { bodies, printed } = await sendTo(status(200, 'ok'), fakeReport(), { quiet: true });
    assert.is(bodies.length, 0);
    assert.match(printed, '✓ shop is live and tested');
  });

  test('tries again when Slack has trouble', async () => {
    const { bodies, said } = await sendTo((response, _, attempt) => status(attempt < 3 ? 500 : 200)(response));
    assert.is(bodies.length, 3);
    assert.is(said, '');
  });

  test('prints the message, warns after three attempts, and shows no webhook', async () => {
    const { bodies, printed, said } = await sendTo(status(503, 'at hunter2'));
    assert.is(bodies.length, 3);
    assert.match(said, 'warning: the message was not sent to Slack: Slack answered 503');
    assert.match(printed, '✓ shop is live and tested');
    assert.not.match(printed + said, '127.0.0.1');
  });

  test('does not insist when Slack refuses the message', async () => {
    const { bodies, said } = await sendTo(status(404, 'no_service'));
    assert.is(bodies.length, 1);
    assert.match(said, 'Slack answered 404 no_service');
  });

  test('waits as long as Slack asks for, once', async () => {
    const good = await sendTo((response, _, attempt) =>
      status(attempt < 2 ? 429 : 200, '', { 'retry-after': '1' })(response),
    );
    assert.is(good.bodies.length, 2);
    assert.ok(good.ms >= 1_000, `${good.ms}`);
    assert.is(good.said, '');
    const busy = await sendTo(status(429, '', { 'retry-after': '600' }), fakeReport(), { longestPause: 50 });
    assert.is(busy.bodies.length, 2);
    assert.match(busy.said, 'Slack answered 429');
  });

  test('gives up on a server that does not answer', async () => {
    const { bodies, said } = await sendTo(() => {}, fakeReport(), { timeout: 700 });
    assert.is(bodies.length, 3);
    assert.match(said, 'no answer within 0.7 s');
  });

  test('tries only once after an interrupt', async () => {
    assert.is((await sendTo(status(500), failedReport({ exitCode: 143 }))).bodies.length, 1);
    assert.is(
      (await sendTo(status(429, '', { 'retry-after': '1' }), failedReport({ exitCode: 130 }))).bodies.length,
      1,
    );
  });

  test('warns about what is no webhook, or cannot be reached, without showing it', async () => {
    for (const url of ['hunter2', 'http://127.0.0.1:1/hunter2', 'https://hunter2.invalid/x', 'ftp://hunter2', '']) {
      const log = listeningLog();
      const env = { HOOK: url };
      const config = fakeConfig({ slackWebhook: 'env://HOOK' });
      await notify({ report: fakeReport(), config, log, mask: noMask }, { env, retryPause: 1 });
      assert.match(log.lines[1] ?? '', 'warning: the message was not sent to Slack: ');
      assert.not.match(log.lines.join('\n'), 'hunter2');
    }
  });

  test('masks secrets in the message', async () => {
    const log = listeningLog();
    const report = fakeReport({ live: 'with s3cret"x' });
    await notify({ report, config: fakeConfig(), log, mask: createMask(['s3cret"x']) });
    assert.match(log.lines[0] ?? '', 'Live now    with ***');
    const { bodies } = await sendTo(status(200), fakeReport({ live: 'see hunter2' }), {});
    assert.match(bodies[0] ?? '', 'see hunter2', 'a part of the webhook is no secret by itself');
  });
}, 60_000);
