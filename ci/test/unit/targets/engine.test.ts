import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Log } from '../../../core/context.ts';
import { engine } from '../../../targets/engine.ts';
import { publicImages } from '../../../targets/publicImages.ts';
import { describe, rejects } from '../../harness.ts';
import { codeOf, detailsOf, inFolder, unused } from './support.ts';

const never = new AbortController().signal;

describe('a given engine', (test) => {
  const log = {} as Log;
  const at = (runnerHost: string, folder: string, more: Record<string, string> = {}) =>
    engine({ XDG_CACHE_HOME: folder, _EXPERIMENTAL_DAGGER_RUNNER_HOST: runnerHost, ...more }, log, never);

  test('is refused at once when nobody answers at its address', () =>
    inFolder(async (folder) => {
      const hosts = [`tcp://127.0.0.1:${await unused()}`, `unix://${folder}/none.sock`];
      for (const host of hosts) {
        const error = await rejects(at(host, folder));
        assert.is(codeOf(error), 'ENGINE');
        assert.is(error.message, `no engine answers at ${host}`);
        assert.match(detailsOf(error), /ECONNREFUSED|ENOENT/);
      }
    }));

  test('is refused when its address is none', () =>
    inFolder(async (folder) => {
      assert.is(codeOf(await rejects(at('somewhere', folder), /is no address: somewhere$/)), 'ENGINE');
    }));

  const accepted = async (server: Server, options: object, host: () => string, folder: string) => {
    await new Promise<void>((ready) => server.listen(options, ready));
    try {
      return await at(host(), folder, { _EXPERIMENTAL_DAGGER_CLI_BIN: '/opt/dagger' });
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  };

  test('is taken when it answers: at a socket whose path has blanks, at IPv4 and IPv6', () =>
    inFolder(async (folder) => {
      const server = createServer((socket) => socket.destroy());
      const path = join(folder, 'an engine.sock');
      const { ensureImage, ...found } = await accepted(server, { path }, () => `unix://${path}`, folder);
      await ensureImage(publicImages.python);
      assert.equal(found, {
        env: { _EXPERIMENTAL_DAGGER_CLI_BIN: '/opt/dagger' },
        images: publicImages,
        description: `unix://${path}`,
      });
      for (const host of ['127.0.0.1', '::1']) {
        const address = () =>
          `tcp://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
        const { description } = await accepted(server, { host, port: 0 }, address, folder);
        assert.match(description, host);
      }
    }));

  test('of a kind that only the SDK knows is left to it', () =>
    inFolder(async (folder) => {
      const { description } = await at('docker-container://engine', folder);
      assert.is(description, 'docker-container://engine');
    }));

  test('is asked for nothing inside a `dagger run`', () =>
    inFolder(async (folder) => {
      const found = await at(`unix://${folder}/none.sock`, folder, { DAGGER_SESSION_PORT: '1' });
      assert.equal([found.env, found.images], [{}, publicImages]);
    }));
});
