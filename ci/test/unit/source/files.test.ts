import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { byproducts } from '../../../source/byproducts.ts';
import { listFiles, select } from '../../../source/files.ts';
import { describe } from '../../harness.ts';
import { inFolder } from '../git/repository.ts';

function write(folder: string, ...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
}

/** What belongs to the source in a folder with these files. */
async function chosen(folder: string, ignored: string[] | null, reports?: string): Promise<string[]> {
  return [...(await listFiles(folder, select(await byproducts(folder, reports), ignored))).paths].sort();
}

describe('files of a folder', (test) => {
  test('are all there, hidden ones too, and can be read', () =>
    inFolder(async (folder) => {
      write(folder, 'manage.py', '.python-version', 'shop/deep/er/x.py');
      const files = await listFiles(folder, select(await byproducts(folder), []));
      assert.equal([...files.paths].sort(), ['.python-version', 'manage.py', 'shop/deep/er/x.py']);
      assert.is(files.read('shop/deep/er/x.py'), 'shop/deep/er/x.py');
    }));

  test('leave out what tools make, at any depth, and virtual environments of any name', () =>
    inFolder(async (folder) => {
      write(folder, 'a.py', '.git/config', 'web/node_modules/x/y.js', 'shop/__pycache__/a.pyc', '.venv/bin/python');
      write(
        folder,
        'env39/pyvenv.cfg',
        'env39/lib/x.py',
        'tools/my[env]/pyvenv.cfg',
        'tools/my[env]/x.py',
        'tools/keep.py',
      );
      assert.equal(await chosen(folder, []), ['a.py', 'tools/keep.py']);
    }));

  test('leave out the reports of a run, and nothing else of a package with that name', () =>
    inFolder(async (folder) => {
      write(
        folder,
        'a.py',
        'reports/report.json',
        'reports/junit/a.xml',
        'reports/evidence/index.md',
        'shop/reports/b.py',
      );
      assert.equal(await chosen(folder, [], join(folder, 'reports')), ['a.py', 'shop/reports/b.py']);
      write(folder, 'reports/models.py');
      const rest = ['a.py', 'reports/models.py', 'shop/reports/b.py'];
      assert.equal(await chosen(folder, [], join(folder, 'reports')), rest);
      assert.is((await chosen(folder, [], join(folder, '../reports'))).length, 6, 'those of another folder');
    }));

  test('leave out the folder of the reports with those around it that hold nothing else, before it is there, too', () =>
    inFolder(async (folder) => {
      const left = async (reports: string) => (await byproducts(folder, join(folder, reports))).at(-1);
      assert.is(await left('out[1]/ci/reports'), 'out\\[1\\]');
      write(folder, 'out[1]/ci/reports/report.json');
      assert.is(await left('out[1]/ci/reports'), 'out\\[1\\]');
      write(folder, 'out[1]/tracked.txt');
      assert.is(await left('out[1]/ci/reports'), 'out\\[1\\]/ci');
    }));

  test('leave out exactly what git ignores', () =>
    inFolder(async (folder) => {
      write(folder, 'a.py', 'media/a.png', 'media/b.png', 'we[i]rd(1).py', 'weird1.py', '.gitignore');
      writeFileSync(join(folder, '.gitignore'), 'a.py\n');
      assert.equal(await chosen(folder, ['media/', 'we[i]rd(1).py']), ['.gitignore', 'a.py', 'weird1.py']);
    }));

  test('honour .gitignore in a folder that is not versioned', () =>
    inFolder(async (folder) => {
      write(folder, 'a.py', 'db.sqlite3', 'shop/b.py', 'shop/b.log');
      writeFileSync(join(folder, '.gitignore'), 'db.sqlite3\n*.log\n');
      assert.equal(await chosen(folder, null), ['.gitignore', 'a.py', 'shop/b.py']);
    }));

  test('may be links inside the folder, but do not lead out of it', () =>
    inFolder(async (folder) => {
      const app = join(folder, 'app');
      write(app, 'requirements/base.txt');
      write(folder, 'secret.txt');
      symlinkSync('requirements/base.txt', join(app, 'requirements.txt'));
      symlinkSync('../secret.txt', join(app, 'manage.py'));
      symlinkSync('/dev/zero', join(app, 'pyproject.toml'));
      symlinkSync('nowhere', join(app, 'uv.lock'));
      symlinkSync('.', join(app, 'loop'));
      assert.equal(await chosen(app, []), ['requirements.txt', 'requirements/base.txt']);
    }));
});
