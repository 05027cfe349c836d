import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '../../harness.ts';

export interface SlackServer {
  /** The webhook; its last part is the secret one. */
  url: string;
  /** The bodies that came, in order. */
  messages: string[];
}

/** Stands in for Slack on this machine: takes every message. Closed after the last test. */
export async function slackServer(): Promise<SlackServer> {
  const messages: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      messages.push(body);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/services/T0/B0/webhook-of-the-tests`, messages };
}
