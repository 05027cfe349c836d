import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../core/errors.ts';
import { sha256 } from '../../../core/values.ts';
import { download } from '../../../toolchain/make/download.ts';
import { describe, rejects } from '../../harness.ts';

const content = 'what was asked for';
const digest = sha256(content);

/** Calls `use` with the address of a server that has one file, `/file`. */
async function served(use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(({ url }, response) => response.writeHead(url === '/file' ? 200 : 404).end(content));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    await new Promise((closed) => server.close(closed));
  }
}

async function refused(download: Promise<Buffer>): Promise<PipelineError> {
  const error = await rejects(download);
  assert.instance(error, PipelineError);
  return error as PipelineError;
}

describe('download', (test) => {
  test('gives the bytes that the digest is of', () =>
    served(async (url) => {
      assert.is((await download(`${url}/file`, digest)).toString(), content);
    }));

  test('refuses others, and names the address', () =>
    served(async (url) => {
      const { code, message } = await refused(download(`${url}/file`, 'abc'));
      assert.is(code, 'TOOLCHAIN');
      assert.is(message, `${url}/file is not what it was: ${digest}, not abc`);
    }));

  test('says why there is nothing', async () => {
    let gone = '';
    await served(async (url) => {
      gone = `${url}/file`;
      assert.equal((await refused(download(`${url}/none`, digest))).details, ['404 Not Found']);
    });
    const { message, details } = await refused(download(gone, digest));
    assert.is(message, `${gone} cannot be downloaded`);
    assert.match(details.join('\n'), 'ECONNREFUSED');
  });

  test('ends with whoever asked', () =>
    served(async (url) => {
      const reason = new Error('interrupted');
      assert.is(await rejects(download(`${url}/file`, digest, AbortSignal.abort(reason))), reason);
    }));
});
