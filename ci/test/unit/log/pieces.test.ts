import * as assert from 'uvu/assert';
import { createMask } from '../../../log/mask.ts';
import { clamp, colours, elapsed, lastLine, width } from '../../../log/text.ts';
import { describe } from '../../harness.ts';

describe('elapsed', (test) => {
  test('is as exact as its length asks for', () => {
    const lengths = [0, 3_420, 9_949, 9_950, 59_499, 59_500, 252_000, 3_599_600, 3_780_000];
    assert.equal(lengths.map(elapsed), ['0.0s', '3.4s', '9.9s', '10s', '59s', '1m 0s', '4m 12s', '1h 0m', '1h 3m']);
  });
});

describe('colours', (test) => {
  const coloured = (env: Record<string, string>, isTTY: boolean) => colours(env, isTTY)('red', 'x') !== 'x';

  test('follow NO_COLOR, then FORCE_COLOR, then the stream', () => {
    assert.is(coloured({}, true), true);
    assert.is(coloured({}, false), false);
    assert.is(coloured({ FORCE_COLOR: '1' }, false), true);
    assert.is(coloured({ FORCE_COLOR: '' }, false), true);
    assert.is(coloured({ FORCE_COLOR: '0' }, true), false);
    assert.is(coloured({ NO_COLOR: '1', FORCE_COLOR: '1' }, true), false);
    assert.is(coloured({ NO_COLOR: '' }, true), true);
    assert.is(coloured({ TERM: 'dumb' }, true), false);
  });
});

describe('the mask', (test) => {
  test('covers a secret as it is, in a URL and in JSON', () => {
    const mask = createMask(['pa"s/s word']);
    const texts = [
      'x pa"s/s word y',
      'https://author:pa%22s%2Fs%20word@host',
      JSON.stringify({ password: 'pa"s/s word' }),
    ];
    assert.equal(texts.map(mask), ['x *** y', 'https://author:***@host', '{"password":"***"}']);
  });

  test('takes the longest of several', () => {
    assert.is(createMask(['secret', 'secret-long'])('secret-long secret'), '*** ***');
    assert.is(createMask(['secret']).with(['secret-long'])('secret-long secret'), '*** ***');
  });

  test('leaves very short values alone', () => {
    assert.is(createMask(['', 'a', 'abc'])('a banana, abc'), 'a banana, abc');
  });
});

describe('width', (test) => {
  test('counts columns', () => {
    const texts = ['abc', '日本', '🚀', 'e\u0301', '\u001b[31mred\u001b[39m', '…'];
    assert.equal(texts.map(width), [3, 4, 2, 1, 3, 1]);
  });

  test('cuts at a column, never through a wide character', () => {
    assert.equal([clamp('abc', 3), clamp('abcd', 3), clamp('日本語', 4), clamp('abc', 0)], ['abc', 'ab…', '日…', '']);
    for (const columns of [1, 2, 3, 4, 5, 6, 7]) assert.ok(width(clamp('a日b本c語d', columns)) <= columns);
  });

  test('finds the last line that says something', () => {
    assert.is(lastLine('one\r\ntwo\tthree  \n \u001b[0m\n'), 'two three');
    assert.is(lastLine('10%\r20%\r'), '20%');
    assert.is(lastLine(''), '');
  });
});
