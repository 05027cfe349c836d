import { chmodSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { hashFiles } from '../../../core/hashFiles.ts';
import { pipelineFiles } from '../../../fingerprint/fingerprint.ts';
import { describe } from '../../harness.ts';
import { inFolder } from '../git/repository.ts';
import { writeFiles } from '../writeFiles.ts';

describe('hashFiles', (test) => {
  const all = ['a.py', 'web/b.py'];

  test('sees neither place nor time nor order', () =>
    inFolder(async (folder) => {
      writeFiles(join(folder, 'one'), { 'a.py': 'a', 'web/b.py': 'b' });
      writeFiles(join(folder, 'two/deeper'), { 'web/b.py': 'b', 'a.py': 'a' });
      utimesSync(join(folder, 'one/a.py'), 1, 1);
      chmodSync(join(folder, 'one/a.py'), 0o600);
      const hash = await hashFiles(join(folder, 'one'), all);
      assert.is(await hashFiles(join(folder, 'two/deeper'), [...all].reverse()), hash);
    }));

  test('sees names, bytes, links and what may be executed', () =>
    inFolder(async (folder) => {
      writeFiles(folder, { 'a.py': 'a', 'web/b.py': 'b' });
      const seen = new Set([await hashFiles(folder, all), await hashFiles(folder, ['a.py'])]);
      const changes = [
        () => writeFileSync(join(folder, 'a.py'), Buffer.from([0xff])),
        () => writeFileSync(join(folder, 'a.py'), Buffer.from([0xfe])),
        () => chmodSync(join(folder, 'a.py'), 0o755),
        () => rmSync(join(folder, 'a.py')) ?? symlinkSync('nowhere', join(folder, 'a.py')),
        () => rmSync(join(folder, 'a.py')) ?? writeFileSync(join(folder, 'a.py'), 'nowhere'),
      ];
      for (const change of changes) {
        change();
        seen.add(await hashFiles(folder, all));
      }
      seen.add(await hashFiles(folder, [['c.py', 'a.py'], 'web/b.py']));
      assert.is(seen.size, changes.length + 3);
    }));

  test('sees contents alone where files are only read', () =>
    inFolder(async (folder) => {
      writeFiles(folder, { 'a.py': 'a', 'web/b.py': 'b' });
      const hash = () => hashFiles(folder, all, { contentsOnly: true });
      const before = await hash();
      chmodSync(join(folder, 'a.py'), 0o755);
      assert.is(await hash(), before);
      rmSync(join(folder, 'web/b.py'));
      writeFiles(folder, { 'c.py': 'b' });
      symlinkSync('../c.py', join(folder, 'web/b.py'));
      assert.is(await hash(), before);
      writeFiles(folder, { 'c.py': 'c' });
      assert.is.not(await hash(), before);
    }));
});

describe('pipelineFiles', (test) => {
  const names = (...paths: string[]) => pipelineFiles(paths).map(([name]) => name);

  test('leaves out tests, benchmarks and what tools leave behind', () => {
    const without = [
      'test/run.ts',
      'dev/bench/a.ts',
      'django/__pycache__/x.pyc',
      'django/.pytest_cache/v',
      '.DS_Store',
    ];
    assert.equal(names('run.ts', 'stages/test.ts', ...without), ['run', 'stages/test']);
  });

  test('counts a compiled file only where its source is not there, under the same name, and no types', () => {
    assert.equal(pipelineFiles(['a.ts', 'a.js', 'a.js.map', 'a.d.ts', 'b.js', 'b.d.ts']), [
      ['a', 'a.ts'],
      ['b', 'b.js'],
    ]);
  });
});
