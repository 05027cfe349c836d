import * as assert from 'uvu/assert';
import { changeObjects, manifestObjects, readableObjects } from '../../../helm/manifest.ts';
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

  test('takes what Helm takes: a key that is written twice, merged keys, aliases without end', () => {
    const labels = manifestObjects('kind: A\nmetadata: { labels: { a: old, a: new } }')[0]?.metadata.labels;
    assert.equal(labels, { a: 'new' });
    const merged = manifestObjects('kind: Secret\nx: &x { password: hunter2 }\nstringData: { <<: *x }');
    assert.equal(merged[0]?.['stringData'], { password: 'hunter2' });
    const many = Array.from({ length: 200 }, () => '*x').join(', ');
    const list = manifestObjects(`kind: A\nx: &x [1]\nlist: [${many}]`)[0]?.['list'];
    assert.is((list as unknown[] | undefined)?.length, 200);
  });
});

describe('readableObjects', (test) => {
  test('passes over what cannot be read, and never throws', () => {
    const kinds = (text: string) => readableObjects(text).map(({ kind }) => kind);
    assert.equal(kinds('kind: A\n---\nkind: *nowhere\n---\nkind: B\n'), ['A', 'B']);
    assert.equal(kinds('--- just a text\n---\n- 1\n---\nkind: 7\n'), []);
  });
});

describe('changeObjects', (test) => {
  const manifest = `---
# Source: shop/templates/a.yaml
kind: A
metadata: {name: a}   # as it is
---
# Source: shop/templates/b.yaml
kind: B
metadata: &it { name: b, labels: { mode: "0644", on: "on", when: "2026-01-31", octal: "0o17" } }
again: *it
bits: 0644
---
kind: *nowhere
---
kind: BList
items: [{ kind: A, metadata: { name: c } }, { kind: B, metadata: { name: d } }]
`;
  const [a = '', b = '', unreadable = ''] = manifest.split(/^(?=---)/m);

  test('changes what is to be changed, and not a letter of the rest', () => {
    assert.is(
      changeObjects(manifest, (object) => object),
      manifest,
    );
    const after = changeObjects(manifest, (object) => (object.kind === 'B' ? { ...object, size: 1 } : object));
    assert.ok(after.startsWith(a), after);
    assert.ok(after.includes(unreadable), after);
    const was = readableObjects(manifest);
    assert.equal(
      readableObjects(after),
      was.map((object) => (object.kind === 'B' ? { ...object, size: 1 } : object)),
    );
    assert.is(was.length, 4);
  });

  test('tells from where an object is, and writes texts so that nobody takes them for something else', () => {
    const after = changeObjects(b, (object) => ({ ...object, size: 1 }));
    assert.match(after, /^---\n# Source: shop\/templates\/b.yaml\n\{\n {2}"kind": "B",\n/);
    for (const text of [
      '"mode": "0644"',
      '"true": "on"',
      '"when": "2026-01-31"',
      '"octal": "0o17"',
      '"bits": 420',
      '"size": 1',
    ])
      assert.ok(after.includes(text), `${text} in ${after}`);
  });
});
