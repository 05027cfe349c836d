import * as assert from 'uvu/assert';
import { manifestObjects } from '../../../helm/manifest.ts';
import { describe } from '../../harness.ts';

const one = (data: string) => manifestObjects(`kind: Any\nvalue: ${data}`)[0]?.['value'];

describe('manifestObjects', (test) => {
  test('takes documents and the items of lists, and leaves out empty documents', () => {
    const manifest = `
# Source: shop/templates/a.yaml
kind: A
---
# nothing but a comment
---
kind: List
items:
  - kind: B
  - kind: C
`;
    assert.equal(
      manifestObjects(manifest).map(({ kind }) => kind),
      ['A', 'B', 'C'],
    );
    assert.equal(manifestObjects(''), []);
  });
  test('reads values as Helm does', () => {
    assert.is(one('0644'), 420);
    assert.is(one('on'), true);
    assert.is(one('"0644"'), '0644');
    assert.is(one('12:30:45'), '12:30:45');
    assert.is(one('2026-01-31'), '2026-01-31');
    assert.is(one('1_000'), 1000);
  });
  test('does not pass over what it cannot read', () => {
    assert.throws(() => manifestObjects('kind: [A'));
  });
});
