import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { buildPart, isBuilt, part, removeOldParts } from '../../../toolchain/parts/part.ts';
import { describe, rejects } from '../../harness.ts';
import { inFolder } from './process.ts';

describe('part', (test) => {
  test('has another key for other ingredients, however they are split', () => {
    const key = (...ingredients: string[]) => part('/x', 'p', ingredients).key;
    assert.is(key('a', 'b'), key('a', 'b'));
    assert.is.not(key('a', 'b'), key('ab'));
    assert.is.not(key('a', 'b'), key('b', 'a'));
  });

  test('is not there after a build that failed, and whole after the next one', () =>
    inFolder(async (folder) => {
      const it = part(folder, 'p', ['1']);
      const build = (fail: boolean) => async (into: string) => {
        assert.is(existsSync(join(into, 'left')), false, 'nothing of the failed build is left');
        writeFileSync(join(into, fail ? 'left' : 'file'), 'x');
        if (fail) throw new Error('compiler');
      };
      await rejects(buildPart(it, build(true)), /compiler/);
      assert.is(isBuilt(it), false);
      await buildPart(it, build(false));
      assert.is(isBuilt(it), true);
      await buildPart(it, () => Promise.reject(new Error('built twice')));
    }));

  test('makes way when it is old, and for nothing that is still used or just being built', () =>
    inFolder((folder) => {
      const keep = part(folder, 'p', ['new']);
      const old = part(folder, 'p', ['old']);
      const next = part(folder, 'q', ['new']);
      const paths = [keep.path, `${next.path}.partial`, old.path, `${old.path}.partial`];
      for (const path of paths) mkdirSync(path);
      removeOldParts(folder, [keep, next]);
      assert.equal(paths.map(existsSync), [true, true, false, false]);
    }));
});
