import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { root } from '../../../../core/program.ts';
import { insertTable, valuesTable } from '../../../../dev/chart/valuesTable.ts';
import { describe } from '../../../harness.ts';

const chart = join(root, 'helm-chart');
const read = (file: string) => readFileSync(`${chart}/${file}`, 'utf8');

describe('the table of values', (test) => {
  test('has a row for each value, with the comment above it and the default', () => {
    const text =
      '# The first.\nfirst: a\n\ngroup:\n  # Inside,\n  # on two lines.\n  inner: [1, 2]\n  # Last.\n  last: {}\n';
    assert.is(
      valuesTable(text),
      [
        '| Value | | Default |',
        '|---|---|---|',
        '| `first` | The first. | `"a"` |',
        '| `group.inner` | Inside, on two lines. | `[1,2]` |',
        '| `group.last` | Last. | `{}` |',
      ].join('\n'),
    );
  });

  test('has one row for a map that is explained as a whole', () => {
    assert.match(
      valuesTable('# Both.\ngroup:\n  a: 1\n  # Not told.\n  b: x\n'),
      /\| `group` \| Both. \| `{"a":1,"b":"x"}` \|$/,
    );
  });

  test('takes no comment for that of a value which an empty line or another value separates from it', () => {
    assert.throws(() => valuesTable('# Of nobody.\n\na: 1\n'), 'without a comment: a');
    assert.throws(
      () => valuesTable('# Of a.\na: 1\nb: 2\ngroup:\n  c: 3 # Not above.\n'),
      'without a comment: b, group.c',
    );
  });

  test('keeps a cell in one piece', () => {
    assert.match(valuesTable('# <a> or b|c.\na: "|"\n'), /\| `a` \| &lt;a> or b\\\|c\. \| `"\\\|"` \|$/);
  });

  test('is put between its marks, as often as one likes', () => {
    const readme = 'before\n<!-- values: made by `npm run chart:readme` -->\nold\n<!-- end of values -->\nafter\n';
    const made = insertTable(readme, '| new |');
    assert.match(made, /^before\n<!-- values.*-->\n\n\| new \|\n\n<!-- end of values -->\nafter\n$/);
    assert.is(insertTable(made, '| new |'), made);
    assert.throws(() => insertTable('no marks', ''), /lacks the lines/);
  });

  test('in the README of the chart is current (npm run chart:readme), and every value has a comment', () => {
    assert.is(insertTable(read('README.md'), valuesTable(read('values.yaml'))), read('README.md'));
  });
});
