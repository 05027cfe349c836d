import * as assert from 'uvu/assert';
import { formatReference, parseReference, shortDigest } from '../../../core/imageReference.ts';
import { describe } from '../../harness.ts';

const digest = `sha256:${'1'.repeat(64)}`;

describe('image references', (test) => {
  const cases: [string, string, string | undefined, string | undefined][] = [
    [`shop:1.0@${digest}`, 'shop', '1.0', digest],
    [`shop@${digest}`, 'shop', undefined, digest],
    ['localhost:5000/a/shop:1.0', 'localhost:5000/a/shop', '1.0', undefined],
    ['localhost:5000/shop', 'localhost:5000/shop', undefined, undefined],
    ['', '', undefined, undefined],
  ];
  for (const [reference, repository, tag, its] of cases)
    test(`are taken apart and put together again: ${reference || 'nothing'}`, () => {
      assert.equal(parseReference(reference), { repository, tag, digest: its });
      assert.is(formatReference({ repository, tag, digest: its }), reference);
    });

  test('have a digest that people can tell from another', () => {
    assert.is(shortDigest(`shop@${digest}`), '1'.repeat(12));
    assert.is(shortDigest('shop:1.0'), '');
  });
});
