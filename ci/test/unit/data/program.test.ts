import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { root } from '../../../core/program.ts';
import { dataProgram, dataResult } from '../../../data/program.ts';
import { describe } from '../../harness.ts';

const folder = join(root, 'ci/data');

describe('the program for databases', (test) => {
  const [first = '', ...rest] = dataProgram().split('\n');
  const sources: Record<string, string> = JSON.parse(first.replace('SOURCES = ', ''));

  test('has every module, each after those that it imports, and the loader at its end', () => {
    const files = readdirSync(join(folder, 'pipeline_data')).filter(
      (name) => name.endsWith('.py') && name !== '__init__.py',
    );
    assert.equal(Object.keys(sources).sort(), files.map((name) => name.replace('.py', '')).sort());
    assert.is(rest.join('\n'), readFileSync(join(folder, 'loader.py'), 'utf8'));
    const known: string[] = [];
    for (const [name, text] of Object.entries(sources)) {
      const imported = [...text.matchAll(/^from pipeline_data\.(\w+) import/gm)].map(([, one = '']) => one);
      assert.equal(
        imported.filter((one) => !known.includes(one)),
        [],
        name,
      );
      known.push(name);
    }
  });

  test('is the text that its own tests, in Python, put together', () => {
    const order = readFileSync(join(folder, 'tests/__init__.py'), 'utf8').match(/^ORDER = \((.*)\)/m)?.[1];
    assert.is(
      order,
      Object.keys(sources)
        .map((name) => `'${name}'`)
        .join(', '),
    );
  });

  test('fits into one argument of a process', () => {
    assert.ok(Buffer.byteLength(dataProgram()) < 128 * 1024);
  });

  test('names the kinds of problems that the program names', () => {
    const kinds = sources['problems']?.match(/^KINDS = \((.*)\)/m)?.[1]?.replaceAll("'", '');
    assert.is(kinds, 'no-room, locked, corrupt, missing, not-sqlite, forbidden, too-many-writes');
  });
});

describe('what the program for databases printed', (test) => {
  test('is its last result, whatever stands around it', () => {
    const said = dataResult('Warning\ndata: {"id": "one"}\nbackup took 1 s\ndata: {"id": "two"}\nbye\n');
    assert.equal(said, { ok: true, value: { id: 'two' } });
  });

  test('may be a problem', () => {
    const said = dataResult('data: {"problem": "full", "kind": "no-room", "free": 1}');
    assert.equal(said, { ok: false, problem: 'full', kind: 'no-room' });
  });

  test('is nothing when the program was killed before, or while, it said it', () => {
    assert.is(dataResult('half a line'), null);
    assert.is(dataResult('data: {"id": "on'), null);
  });
});
