import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll } from '../../harness.ts';

/** Stands in for Slack, which cannot be reached from a test. */
export interface SlackServer {
  /** The webhook; its last part is the secret one. */
  url: string;
  /** What was posted: JSON as text, oldest first. */
  posted: string[];
}

/** Takes every message. Closed after the last test. */
export async function slackServer(): Promise<SlackServer> {
  const posted: string[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    posted.push(await text(request));
    response.end('ok');
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/webhook-of-the-tests`,
    posted,
  };
}
