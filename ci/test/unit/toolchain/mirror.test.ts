import { randomInt } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { PipelineError } from '../../../core/errors.ts';
import { runningDaemon, stopDaemon } from '../../../toolchain/daemons/daemon.ts';
import { freePort, has, mirrorPort, mirrorRecord, startMirror } from '../../../toolchain/daemons/mirror.ts';
import type { Image } from '../../../toolchain/parts/images.ts';
import type { Part } from '../../../toolchain/parts/part.ts';
import { type Paths, paths } from '../../../toolchain/paths.ts';
import { describe, rejects } from '../../harness.ts';
import { inFolder } from './process.ts';

const image: Image = { roles: ['python'], name: 'python', tag: '3.13-abc', layers: [], config: [] };
const never = new AbortController().signal;

/** Stands in for the registry: reads the address from its configuration, and answers everything. */
const standIn = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const [host, port] = JSON.parse(readFileSync(process.argv[2], 'utf8')).http.addr.split(':');
createServer((_, response) => response.end('{}')).listen(Number(port), host);
setTimeout(() => process.exit(1), 60_000); // when nobody stops it
`;

async function listening(server: Server): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((closed) => server.close(() => closed()));
}

/** A port that nobody listens at, and that the system gives to nobody: it takes those for connections from above 32767. */
async function unused(): Promise<number> {
  const wanted = randomInt(20_000, 32_000);
  return (await freePort(wanted)) === wanted ? wanted : unused();
}

/** A toolchain's folders whose mirror has this port, and tools whose registry is the stand-in; stops it afterwards. */
function inToolchain(
  port: number,
  work: (where: Paths, tools: (key: string, script?: string) => Part) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    const where = paths({ XDG_CACHE_HOME: folder });
    mkdirSync(where.state, { recursive: true });
    writeFileSync(join(where.state, 'mirror.port'), String(port));
    writeFileSync(join(folder, 'standIn.mjs'), standIn);
    const tools = (key: string, script = `exec '${process.execPath}' '${folder}/standIn.mjs' "$2"`): Part => {
      const path = join(folder, key);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'registry'), `#!/bin/sh\n${script}\n`);
      chmodSync(join(path, 'registry'), 0o700);
      return { name: 'tool-binaries', key, path };
    };
    try {
      await work(where, tools);
    } finally {
      await stopDaemon(mirrorRecord(where), 5_000);
    }
  });
}

describe('startMirror', (test) => {
  test('keeps the port that images are named after, and a mirror that runs', async () => {
    const port = await unused();
    await inToolchain(port, async (where, tools) => {
      assert.is(await startMirror(where, tools('one'), never), port);
      const first = runningDaemon(mirrorRecord(where));
      assert.is(first?.version, 'one');
      assert.is(await startMirror(where, tools('one'), never), port);
      assert.equal(runningDaemon(mirrorRecord(where)), first);
    });
  });

  test('replaces a mirror of another version, at the same port', async () => {
    const port = await unused();
    await inToolchain(port, async (where, tools) => {
      await startMirror(where, tools('one'), never);
      assert.is(await startMirror(where, tools('two'), never), port);
      assert.is(runningDaemon(mirrorRecord(where))?.version, 'two');
    });
  });

  test('takes another port when its own is in use', async () => {
    const stranger = createServer();
    const taken = await listening(stranger);
    await inToolchain(taken, async (where, tools) => {
      const port = await startMirror(where, tools('one'), never);
      assert.is.not(port, taken);
      assert.is(mirrorPort(where), port);
    });
    await close(stranger);
  });

  test('says what the registry said when it does not start', async () =>
    inToolchain(await unused(), async (where, tools) => {
      const error = await rejects(startMirror(where, tools('one', 'echo "no room" >&2; exit 1'), never));
      assert.is((error as PipelineError).code, 'TOOLCHAIN');
      assert.equal((error as PipelineError).details, ['no room']);
    }));

  test('is no longer waited for after an interrupt', async () =>
    inToolchain(await unused(), async (where, tools) => {
      const stop = AbortSignal.abort(new Error('interrupted by SIGTERM'));
      await rejects(startMirror(where, tools('one', 'exec /bin/sleep 60'), stop), /^interrupted by SIGTERM$/);
    }));
}, 60_000);

describe('has', (test) => {
  test('asks for the manifest of the image, by its tag', async () => {
    const there = new Set(['/v2/', '/v2/python/manifests/3.13-abc']);
    const server = createServer(({ url = '' }, response) => response.writeHead(there.has(url) ? 200 : 404).end());
    const port = await listening(server);
    assert.is(await has(port), true);
    assert.is(await has(port, image), true);
    assert.is(await has(port, { ...image, tag: '3.13-other' }), false);
    await close(server);
    assert.is(await has(port), false, 'nobody listens any more');
  });

  test('has no port before the first start', () =>
    inFolder((folder) => assert.is(mirrorPort(paths({ XDG_CACHE_HOME: folder })), null)));
});
