import * as assert from 'uvu/assert';
import type { Trigger } from '../../../../core/config.ts';
import { byBuild, byHistory, candidateOf, type Delivered } from '../../../../release/ledger/origin.ts';
import { describe } from '../../../harness.ts';

describe('candidateOf', (test) => {
  const commit = { commit: 'c', date: '2026-01-02T03:04:05+01:00', dirty: false, ancestors: [] };
  const laptop = { trigger: { kind: 'person' as const }, buildNumber: 'local' };
  const build = (buildNumber: string, kind: Trigger['kind'] = 'push', job?: string) =>
    candidateOf(commit, { buildNumber, trigger: { kind, ...(job !== undefined && { job }) } }).build;

  test('is as new as its commit', () => {
    assert.equal(candidateOf(commit, laptop, 7), { commit: 'c', at: Date.parse('2026-01-02T02:04:05Z') });
    assert.equal(candidateOf({ ...commit, ancestors: ['b'] }, laptop, 7).ancestors, ['b']);
  });

  test('is as new as can be where there is none, or where it was changed since', () => {
    const changed = [{ date: '1970-01-01T00:00:00Z' }, { dirty: true }];
    for (const more of changed)
      assert.equal(candidateOf({ ...commit, ...more }, laptop, 7), { commit: 'c', at: 7, uncommitted: true });
  });

  test('has a place among the builds of its job that a push has started', () => {
    assert.is(build('41', 'push', 'a')?.number, 41);
    assert.is(build('41', 'poll', 'a')?.job, build('42', 'push', 'a')?.job);
    assert.is.not(build('41', 'push', 'a')?.job, build('41', 'push', 'b')?.job);
    assert.equal(
      [build('41'), build('main-41', 'push', 'a'), build('41', 'person', 'a')],
      [undefined, undefined, undefined],
    );
  });
});

describe('the order of sources', (test) => {
  const name = (letter: string) => letter.repeat(40);
  const at = (letter: string, before = '', more: Partial<Delivered> = {}): Delivered => ({
    commit: name(letter),
    ancestors: before.split('').map((one) => name(one).slice(0, 12)),
    ...more,
  });

  test('by history is that of a commit and those before it, whichever of them knows', () => {
    assert.is(byHistory(at('c', 'ba'), { commit: name('a') }), 1);
    assert.is(byHistory({ commit: name('a') }, at('c', 'ba')), -1);
    assert.is(byHistory(at('c', 'a'), at('b', 'a')), null);
    assert.is(byHistory({ commit: name('a') }, { commit: name('b') }), null);
  });

  test('by history has changes that are in no commit after theirs, and nothing after those', () => {
    const uncommitted = { uncommitted: true as const };
    assert.is(byHistory(at('b', 'a', uncommitted), at('b', 'a')), 1);
    assert.is(byHistory(at('b', 'a', uncommitted), at('a')), 1);
    assert.is(byHistory(at('b', 'a', uncommitted), at('c', 'ba')), null);
    assert.is(byHistory(at('b', 'a', uncommitted), at('b', 'a', uncommitted)), null);
  });

  test('by builds is known inside one job only', () => {
    const build = (job: string, number: number): Delivered => ({ commit: name('a'), build: { job, number } });
    assert.ok((byBuild(build('a', 9), build('a', 10)) ?? 0) < 0);
    assert.equal([byBuild(build('a', 9), build('b', 10)), byBuild(build('a', 9), build('a', 9))], [null, null]);
    assert.is(byBuild(build('a', 9), { commit: name('a') }), null);
  });
});
