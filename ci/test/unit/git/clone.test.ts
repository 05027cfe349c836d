import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../core/errors.ts';
import { clone } from '../../../git/clone.ts';
import { readCommit } from '../../../git/commit.ts';
import { git } from '../../../git/git.ts';
import { gitUrl } from '../../../git/url.ts';
import { describe, rejects } from '../../harness.ts';
import { inFolder, Repository } from './repository.ts';

const never = new AbortController().signal;

/** Clones into a new folder below `folder`. */
async function cloned(folder: string, url: string, ref?: string, env?: Record<string, string>) {
  const into = join(folder, 'clone');
  mkdirSync(into);
  const remote = gitUrl(url);
  if (!remote) throw new Error(`${url} is no git URL`);
  const name = await clone({ remote, ref, into, signal: never, ...(env && { env }) });
  const text = (path: string) => readFileSync(join(into, path), 'utf8');
  return { name, into, text };
}

/** The PipelineError a clone ends with. */
async function failure(folder: string, url: string, ref?: string): Promise<PipelineError> {
  const error = await rejects(cloned(folder, url, ref));
  assert.instance(error, PipelineError);
  return error as PipelineError;
}

/** Three commits; `main` is at the third, the tag at the second, a branch beside them. */
function shop(folder: string) {
  const repository = new Repository(join(folder, 'shop'));
  const first = repository.commit('one', { 'a.txt': 'one' });
  const second = repository.commit('two', { 'a.txt': 'two' });
  repository.git('tag', '--annotate', '--message', 'v1', 'v1.0');
  const third = repository.commit('three', { 'a.txt': 'three' });
  repository.git('checkout', '--quiet', '-b', 'feature/cart', first);
  repository.commit('cart', { 'a.txt': 'cart' });
  repository.git('checkout', '--quiet', 'main');
  return { repository, url: repository.url, first, second, third };
}

describe('clone', (test) => {
  test('takes the default branch, with no more files than its tip has, and the commits before it', () =>
    inFolder(async (folder) => {
      const { url, repository, first, second, third } = shop(folder);
      repository.git('config', 'uploadpack.allowFilter', 'true');
      const { name, into, text } = await cloned(folder, url);
      assert.equal([name, text('a.txt')], ['main', 'three']);
      const listed = async (...args: string[]) =>
        (await git(['rev-list', ...args, 'HEAD'], { cwd: into, signal: never })).stdout.trim().split('\n');
      assert.equal(await listed(), [third, second, first]);
      const missing = (await listed('--objects', '--missing=print')).filter((line) => line.startsWith('?'));
      assert.is(missing.length, 2, 'the folders of the commits before');
    }));

  test('does without the commits before where the server does not hand them over', () =>
    inFolder(async (folder) => {
      const { url } = shop(folder);
      const once = join(folder, 'once');
      const script = `#!/bin/sh\ntest -e '${once}.done' && exit 1\ntouch '${once}.done'\nexec git upload-pack "$@"\n`;
      writeFileSync(once, script, { mode: 0o755 });
      const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'remote.origin.uploadpack', GIT_CONFIG_VALUE_0: once };
      const { into, text } = await cloned(folder, url, 'main', env);
      assert.is(text('a.txt'), 'three');
      assert.equal((await readCommit({ cwd: into, signal: never }))?.ancestors, []);
    }));

  test('takes a branch, an annotated tag, and a full ref name', () =>
    inFolder(async (folder) => {
      const { url } = shop(folder);
      for (const [ref, content] of [
        ['feature/cart', 'cart'],
        ['v1.0', 'two'],
        ['refs/heads/main', 'three'],
      ] as const) {
        const { name, text } = await inFolder((other) =>
          cloned(other, url, ref).then((it) => ({ ...it, text: it.text('a.txt') })),
        );
        assert.equal([name, text], [ref, content]);
      }
    }));

  test('takes a commit that no branch points to, in full or shortened', () =>
    inFolder(async (folder) => {
      const { url, first } = shop(folder);
      for (const ref of [first, first.slice(0, 8), first.slice(0, 8).toUpperCase()]) {
        assert.is(await inFolder(async (other) => (await cloned(other, url, ref)).text('a.txt')), 'one');
      }
    }));

  test('brings submodules along', () =>
    inFolder(async (folder) => {
      const library = new Repository(join(folder, 'library'));
      library.commit('lib', { 'lib.txt': 'library' });
      const { repository, url } = shop(folder);
      repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.url, 'vendor/lib');
      repository.git('commit', '--quiet', '--message', 'submodule');
      // git itself refuses submodules on the local disk unless the user allows them.
      const allow = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'protocol.file.allow', GIT_CONFIG_VALUE_0: 'always' };
      assert.is((await cloned(folder, url, 'main', allow)).text('vendor/lib/lib.txt'), 'library');
      const error = await inFolder((other) => failure(other, url));
      assert.is(error.code, 'SOURCE_UNREACHABLE');
      assert.match(error.message, 'a submodule of');
    }));

  test('names the closest refs when there is no such one', () =>
    inFolder(async (folder) => {
      const { url } = shop(folder);
      const error = await failure(folder, url, 'feature/card');
      assert.is(error.code, 'SOURCE_REF');
      assert.match(error.message, 'has no ref feature/card');
      assert.match(error.details.join(), 'the closest are: feature/cart');
    }));

  test('says so when a commit or a ref that was not listed does not exist', () =>
    inFolder(async (folder) => {
      const { url } = shop(folder);
      for (const ref of ['deadbeef', 'd'.repeat(40), 'refs/pull/1/head', '--upload-pack=touch x']) {
        assert.is((await inFolder((other) => failure(other, url, ref))).code, 'SOURCE_REF', ref);
      }
    }));

  test('says so when the repository is empty', () =>
    inFolder(async (folder) => {
      const error = await failure(folder, new Repository(join(folder, 'empty')).url);
      assert.is(error.code, 'SOURCE_REF');
      assert.equal(error.details, ['the repository has no commits']);
    }));

  test("passes on git's words when the repository cannot be reached", () =>
    inFolder(async (folder) => {
      const missing = await failure(folder, `file://${folder}/nowhere`);
      assert.is(missing.code, 'SOURCE_UNREACHABLE');
      assert.match(missing.details.join('\n'), 'does not appear to be a git repository');
      assert.not.match(missing.details.join('\n'), 'Please make sure');
      // Nothing listens on this port.
      const refused = await inFolder((other) => failure(other, 'https://author:secret@127.0.0.1:1/shop.git'));
      assert.is(refused.code, 'SOURCE_UNREACHABLE');
      assert.not.match([refused.message, ...refused.details].join('\n'), 'secret');
    }));

  test('offers the credentials of the URL to its host, and writes them nowhere', () =>
    inFolder(async (folder) => {
      const seen: (string | undefined)[] = [];
      const server = createServer((request, response) => {
        seen.push(request.headers.authorization);
        response
          .writeHead(request.headers.authorization ? 404 : 401, { 'WWW-Authenticate': 'Basic realm="git"' })
          .end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = server.address() as AddressInfo;
        const error = await failure(folder, `http://author:s%3Acret@127.0.0.1:${port}/shop.git`);
        assert.equal(seen, [undefined, `Basic ${Buffer.from('author:s:cret').toString('base64')}`]);
        assert.not.match([error.message, ...error.details].join('\n'), 'cret');
      } finally {
        server.close();
      }
    }));

  test('ends at once when it is aborted', () =>
    inFolder(async (folder) => {
      const silent = createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const abort = new AbortController();
      const remote = { url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/shop.git` };
      const pending = clone({ remote, ref: undefined, into: folder, signal: abort.signal });
      setTimeout(() => abort.abort(new Error('interrupted')), 200);
      const start = performance.now();
      try {
        await rejects(pending, /^interrupted$/);
        assert.ok(performance.now() - start < 3_000);
      } finally {
        silent.closeAllConnections();
        silent.close();
      }
    }));
}, 60_000);
