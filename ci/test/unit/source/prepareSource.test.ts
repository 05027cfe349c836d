import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Config } from '../../../core/config.ts';
import type { Log } from '../../../core/context.ts';
import { PipelineError } from '../../../core/errors.ts';
import { prepareSource } from '../../../source/prepareSource.ts';
import { describe, rejects } from '../../harness.ts';
import { manage } from '../app/sources.ts';
import { committed, inFolder, Repository } from '../git/repository.ts';

const said: string[] = [];

/** Prepares what the settings say, with a log that remembers. */
function prepare(config: Pick<Config, 'source'> & Partial<Config>, temporary?: string) {
  said.length = 0;
  const log: Log = {
    info: (text) => said.push(text),
    warn: (text) => said.push(text),
    step: (name, work) => {
      said.push(name);
      return work(() => {});
    },
    abandon: () => {},
  };
  return prepareSource({ config: config as Config, signal: new AbortController().signal, log }, temporary);
}

const app = { 'manage.py': manage(), 'requirements.txt': 'django' };

describe('prepareSource', (test) => {
  test('takes a folder as it is, with what git knows of it', () =>
    inFolder(async (folder) => {
      const repository = new Repository(folder);
      const commit = repository.commit('one', app);
      repository.write({ '.gitignore': '.env\n', '.env': 'SECRET_KEY=x' });
      const prepared = await prepare({ source: folder });
      assert.is(prepared.folder, folder);
      assert.equal([prepared.head?.commit, prepared.head?.dirty, prepared.gitignore], [commit, true, false]);
      assert.ok(prepared.exclude.includes('.env'));
      assert.is(prepared.app.settingsModule, 'shop.settings');
      await prepared.dispose();
      assert.ok(existsSync(join(folder, 'manage.py')), 'the folder is not ours to remove');
    }));

  test('takes a folder that is not versioned', () =>
    inFolder(async (folder) => {
      const repository = new Repository(join(folder, 'shop'));
      repository.write(app);
      const prepared = await prepare({ source: repository.folder });
      assert.equal([prepared.head, prepared.gitignore], [null, true]);
    }));

  test('fetches a URL into a folder of its own, which is gone afterwards', () =>
    inFolder(async (folder) => {
      const repository = new Repository(folder);
      // Tracked although it is ignored: part of the repository, so part of the source.
      const commit = repository.commit('one', { ...app, '.gitignore': 'pytest.ini\n', 'pytest.ini': '' });
      repository.git('tag', 'v1');
      const prepared = await prepare({ source: repository.url, ref: 'v1' });
      assert.equal(prepared.head, {
        commit,
        author: 'Author Author',
        date: committed,
        subject: 'one',
        ref: 'v1',
        dirty: false,
        url: '',
        ancestors: [],
        ignored: [],
      });
      assert.is(prepared.app.tests.runner, 'pytest');
      assert.ok(existsSync(join(prepared.folder, 'manage.py')));
      await prepared.dispose();
      assert.not.ok(existsSync(dirname(prepared.folder)));
    }));

  test('leaves nothing behind when the repository is of no use', () =>
    inFolder(async (folder) => {
      const repository = new Repository(folder);
      repository.commit('one', { 'README.md': '' });
      const temporary = join(folder, 'tmp');
      mkdirSync(temporary);
      const error = await rejects(prepare({ source: repository.url }, temporary));
      assert.is((error as PipelineError).code, 'SOURCE_NOT_PYTHON');
      assert.equal(readdirSync(temporary), []);
    }));

  test('says nothing of the credentials in a URL', () =>
    inFolder(async () => {
      const error = await rejects(prepare({ source: 'https://author:secret@127.0.0.1:1/shop.git' }));
      assert.instance(error, PipelineError);
      const text = [error.message, ...(error as PipelineError).details, ...said].join('\n');
      assert.match(text, 'https://127.0.0.1:1/shop.git');
      assert.not.match(text, /secret|author:/);
    }));

  test('refuses a folder that is not there', async () => {
    const error = await rejects(prepare({ source: '/nowhere/shop' }));
    assert.is((error as PipelineError).code, 'SOURCE_MISSING');
  });
}, 60_000);
