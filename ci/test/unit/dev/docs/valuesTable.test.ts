import * as assert from 'uvu/assert';
import { valuesTable } from '../../../../dev/docs/valuesTable.ts';
import { describe } from '../../../harness.ts';

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
});
