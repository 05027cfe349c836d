import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { root } from '../../../../core/program.ts';
import { errorsTable } from '../../../../dev/docs/errorsTable.ts';
import { optionsTable } from '../../../../dev/docs/optionsTable.ts';
import { pages } from '../../../../dev/docs/pages.ts';
import { insert } from '../../../../dev/docs/tables.ts';
import { describe } from '../../../harness.ts';

describe('what is generated', (test) => {
  test('is put between its marks, as often as one likes', () => {
    const page = 'before\n<!-- values: made by `npm run docs` -->\nold\n<!-- end of values -->\nafter\n';
    const made = insert(page, 'values', '| new |');
    assert.match(made, /^before\n<!-- values.*-->\n\n\| new \|\n\n<!-- end of values -->\nafter\n$/);
    assert.is(insert(made, 'values', '| new |'), made);
    assert.throws(() => insert('no marks', 'values', ''), /lacks the lines/);
  });

  for (const { file, name, made } of pages())
    test(`is current in ${file} (npm run docs)`, () => {
      const page = readFileSync(join(root, file), 'utf8');
      assert.is(insert(page, name, made), page);
    });

  test('tells of each setting how it is written in three places', () => {
    const line = '| `--deploy-timeout` time | `PIPELINE_DEPLOY_TIMEOUT` | Longest time for a deployment';
    assert.ok(optionsTable().includes(line), optionsTable());
  });

  test('tells of each error what it ends with, and what to do', () => {
    assert.match(errorsTable(), /\| `LOCKED` \| 20 \| Run again when/);
  });
});
