import * as assert from 'uvu/assert';
import { nearest, parseRefs, resolveRef } from '../../../git/refs.ts';
import { describe } from '../../harness.ts';

const tip = 'a'.repeat(40);
const tag = 'b'.repeat(40);
const tagged = 'c'.repeat(40);

const remote = parseRefs(
  [
    'ref: refs/heads/main\tHEAD',
    `${tip}\tHEAD`,
    `${tip}\trefs/heads/main`,
    `${tagged}\trefs/heads/feature/cart`,
    `${tip}\trefs/heads/v1.0`,
    `${tag}\trefs/tags/v1.0`,
    `${tagged}\trefs/tags/v1.0^{}`,
    '',
  ].join('\n'),
);

describe('resolveRef', (test) => {
  test('takes the default branch by its name when nothing is asked for', () => {
    assert.equal(resolveRef(undefined, remote), { kind: 'fetch', name: 'main', fetch: 'HEAD' });
    assert.equal(resolveRef('HEAD', remote), { kind: 'fetch', name: 'main', fetch: 'HEAD' });
  });

  test('knows branches, tags and full names; a branch goes before a tag', () => {
    assert.equal(resolveRef('feature/cart', remote), {
      kind: 'fetch',
      name: 'feature/cart',
      fetch: 'refs/heads/feature/cart',
    });
    assert.equal(resolveRef('v1.0', remote), { kind: 'fetch', name: 'v1.0', fetch: 'refs/heads/v1.0' });
    assert.equal(resolveRef('refs/tags/v1.0', remote), {
      kind: 'fetch',
      name: 'refs/tags/v1.0',
      fetch: 'refs/tags/v1.0',
    });
  });

  test('asks the server for refs that were not listed, such as pull requests', () => {
    assert.equal(resolveRef('refs/pull/7/head', remote), {
      kind: 'fetch',
      name: 'refs/pull/7/head',
      fetch: 'refs/pull/7/head',
    });
  });

  test('knows the start of a commit that a branch or tag points to', () => {
    assert.equal(resolveRef('CCCCCCC', remote), { kind: 'fetch', name: 'CCCCCCC', fetch: tagged });
  });

  test('leaves other commits to the history', () => {
    assert.equal(resolveRef('0123abc', remote), { kind: 'commit', name: '0123abc' });
    assert.equal(resolveRef('d'.repeat(40), remote), { kind: 'commit', name: 'd'.repeat(40) });
  });

  test('hands nothing to git that is no name: options, refspecs, ranges', () => {
    for (const ref of ['--upload-pack=id', 'main:refs/heads/x', '+main', 'main~1', 'refs/heads/../x', 'refs/x:y', '']) {
      assert.is(resolveRef(ref, remote).kind, 'unknown', ref);
    }
  });

  test('names the closest refs when there is no such one', () => {
    assert.equal(resolveRef('mian', remote), { kind: 'unknown', near: ['main', 'v1.0', 'feature/cart'] });
    assert.equal(nearest('feature-card', remote)[0], 'feature/cart');
  });

  test('finds nothing in an empty repository', () => {
    assert.equal(resolveRef(undefined, parseRefs('')), { kind: 'unknown', near: [] });
  });
});
