import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { mostAncestors, readCommit } from '../../../git/commit.ts';
import { describe } from '../../harness.ts';
import { committed, inFolder, Repository } from './repository.ts';

const signal = new AbortController().signal;

describe('readCommit', (test) => {
  test('knows commit, author, subject, branch and origin of a clean folder', () =>
    inFolder(async (folder) => {
      const repository = new Repository(folder);
      const commit = repository.commit('Add a cart – größer\n\nand a body', { 'manage.py': '' });
      repository.git('remote', 'add', 'origin', 'https://author:secret@example.com/shop.git');
      assert.equal(await readCommit({ cwd: folder, signal }), {
        commit,
        author: 'Author Author',
        date: committed,
        subject: 'Add a cart – größer',
        ref: 'main',
        dirty: false,
        url: 'https://example.com/shop',
        ancestors: [],
        ignored: [],
      });
    }));

  test('knows the commits before it, on all branches that were merged, and not without end', () =>
    inFolder(async (folder) => {
      const repository = new Repository(folder);
      const first = repository.commit('one', { 'manage.py': '' });
      repository.git('checkout', '--quiet', '-b', 'side');
      const side = repository.commit('side', { 'side.py': '' });
      repository.git('checkout', '--quiet', 'main');
      const second = repository.commit('two', { 'manage.py': 'two' });
      repository.git('merge', '--quiet', '--no-edit', 'side');
      const known = await readCommit({ cwd: folder, signal });
      assert.equal(known?.ancestors.toSorted(), [first, side, second].map((one) => one.slice(0, 12)).toSorted());
      for (let index = 0; index < mostAncestors; index++)
        repository.git('commit', '--quiet', '--allow-empty', '-m', 'more');
      const later = (await readCommit({ cwd: folder, signal }))?.ancestors;
      assert.is(later?.length, mostAncestors);
      assert.not.ok(later?.includes(first.slice(0, 12)));
    }));

  test('names the commit where no branch is checked out', () =>
    inFolder(async (folder) => {
      const repository = new Repository(folder);
      const commit = repository.commit('one', { 'manage.py': '' });
      repository.git('checkout', '--quiet', '--detach');
      assert.is((await readCommit({ cwd: folder, signal }))?.ref, commit.slice(0, 12));
    }));

  test('sees changes inside the folder, and none outside', () =>
    inFolder(async (folder) => {
      const repository = new Repository(folder);
      repository.commit('one', { 'app/manage.py': '', 'other.txt': '' });
      const dirty = async () => (await readCommit({ cwd: join(folder, 'app'), signal }))?.dirty;
      repository.write({ 'other.txt': 'changed' });
      assert.is(await dirty(), false);
      repository.write({ 'app/new.py': '' });
      assert.is(await dirty(), true);
    }));

  test('is not changed by what is no part of the source, wherever it lies', () =>
    inFolder(async (folder) => {
      const repository = new Repository(folder);
      repository.commit('one', { 'app/manage.py': '', 'app/env[1]/keep.py': '' });
      const never = ['**/node_modules', '**/.venv', 'env\\[1\\]', 'reports'];
      const dirty = async () => (await readCommit({ cwd: join(folder, 'app'), signal }, never))?.dirty;
      repository.write({
        'app/node_modules/a/b.js': '',
        'app/web/node_modules/c.js': '',
        'app/.venv/bin/python': '',
        'app/env[1]/pyvenv.cfg': '',
        'app/env[1]/keep.py': 'changed',
        'app/reports/junit/a.xml': '',
      });
      assert.is(await dirty(), false);
      repository.write({ 'app/env1': '' });
      assert.is(await dirty(), true, 'a name that only looks like it');
    }));

  test('lists what git ignores in the folder, but nothing that is tracked', () =>
    inFolder(async (folder) => {
      const repository = new Repository(folder);
      repository.commit('one', { '.gitignore': 'lib/\n.env\n*.log\n', 'app/lib/jquery.js': '' });
      repository.write({
        'app/.env': '',
        'app/lib/local.js': '',
        'app/lib/a/b.js': '',
        'app/x.log': '',
        'top.log': '',
      });
      const known = await readCommit({ cwd: join(folder, 'app'), signal });
      assert.equal(known?.ignored.sort(), ['.env', 'lib/a/', 'lib/local.js', 'x.log']);
    }));

  test('knows nothing of a folder that is not versioned', () =>
    inFolder(async (folder) => {
      assert.is(await readCommit({ cwd: folder, signal }), null);
      const repository = new Repository(join(folder, 'repository'));
      assert.is(await readCommit({ cwd: repository.folder, signal }), null, 'no commit yet');
      repository.commit('one', { '.gitignore': 'scratch/\n' });
      mkdirSync(join(repository.folder, 'scratch'));
      assert.is(
        await readCommit({ cwd: join(repository.folder, 'scratch'), signal }),
        null,
        'ignored by the repository around it',
      );
    }));
}, 60_000);
