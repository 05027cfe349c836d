import * as assert from 'uvu/assert';
import { manifestObjects } from '../../../../helm/manifest.ts';
import { append, emptyLedger, type NewEntry, type Phase, type Target } from '../../../../release/ledger/ledger.ts';
import { candidates, helmTarget } from '../../../../release/restore/candidates.ts';
import { keepVolumes } from '../../../../release/rollout/uninstall.ts';
import { recovery } from '../../../../stages/recover.ts';
import { describe } from '../../../harness.ts';
import { attempt, ledgerOf, operation } from '../fakeLedger.ts';

const revisions = (...statuses: string[]) => statuses.map((status, index) => ({ revision: index + 1, status }));

describe('recovery', (test) => {
  const of = (phase: Phase, before: number, statuses: string[]) =>
    recovery(operation('a', { phase, before }), revisions(...statuses));

  test('has nothing to do where Helm had not begun', () => {
    assert.is(of('upgrade', 1, ['deployed']), 'nothing was changed');
    assert.is(of('upgrade', 0, []), 'nothing was changed');
    assert.is(of('uninstall', 0, []), 'nothing was changed');
  });

  test('finishes what Helm had finished', () => {
    // Between the end of Helm and the next word in the ledger.
    assert.is(of('upgrade', 1, ['superseded', 'deployed']), 'finish');
    assert.is(of('wait', 1, ['superseded', 'deployed']), 'finish');
    assert.is(of('test', 1, ['superseded', 'deployed']), 'finish');
    assert.is(of('test', 0, ['deployed']), 'finish');
  });

  test('undoes what Helm had begun, hook or not', () => {
    assert.is(of('upgrade', 1, ['deployed', 'pending-upgrade']), 'undo');
    assert.is(of('upgrade', 1, ['deployed', 'failed']), 'undo');
  });

  test('goes on with a rollback, in whatever step it was', () => {
    for (const phase of ['rollback', 'wait-rollback', 'test-rollback'] as const) {
      assert.is(of(phase, 1, ['superseded', 'failed', 'deployed']), 'undo');
      assert.is(of(phase, 1, ['superseded', 'failed', 'pending-rollback']), 'undo');
    }
  });

  test('goes on with a removal', () => assert.is(of('uninstall', 0, ['failed']), 'undo'));
});

describe('candidates', (test) => {
  const live = (key: string, revision: number): Target => ({ ...attempt(key, 'verified'), revision });
  const of = (attempts: string[], more: { live?: Target | null; before?: number } = {}, statuses: string[] = []) =>
    candidates({ before: 9, ...more }, ledgerOf(...attempts).entries, revisions(...statuses)).map(
      ({ key, revision }) => `${key} ${revision}`,
    );

  test('are what was live, then the releases before it, newest first', () => {
    assert.equal(of(['a+', 'b+', 'c-'], { live: live('b', 2) }), ['b 2', 'a 1']);
    assert.equal(of(['a+', 'b+', 'c-']), ['b 2', 'a 1']);
  });

  test('count releases without tests that were live: they are nearer than what passed long ago', () => {
    assert.equal(of(['a+', 'b?', 'c?', 'd-']), ['c 3', 'b 2', 'a 1']);
  });

  test('are first what somebody went back to by hand, under the number that it has now', () => {
    assert.equal(of(['a+', 'b+', 'c-'], { live: live('a', 3) }), ['a 3', 'b 2']);
  });

  test('are first what somebody made by hand, of which nothing is known', () => {
    assert.equal(of(['a+', 'c-'], { live: live('helm-2', 2) }), ['helm-2 2', 'a 1']);
  });

  test('are never what is known to be bad, though it was live', () => {
    assert.equal(of(['a+', 'b-', 'c-'], { live: live('b', 2) }), ['a 1']);
    assert.equal(of(['a+', 'b!', 'c-'], { live: live('b', 2) }), ['a 1']);
    assert.equal(of(['a+', 'b+', 'b-'], { live: live('b', 2) }), ['a 1']);
  });

  test('are still what was only interrupted when it was deployed once more', () => {
    assert.equal(of(['a+', 'b+', 'b!'], { live: live('b', 2) }), ['b 2', 'a 1']);
  });

  test('are what Helm took for good where the ledger knows of nothing', () => {
    assert.equal(of(['c-'], { before: 2 }, ['superseded', 'deployed', 'failed']), ['helm-2 2']);
    assert.equal(of(['c-'], { before: 0, live: null }, ['failed']), []);
  });
});

describe('helmTarget', (test) => {
  const older = (statuses: string[], before: number, entries: NewEntry[] = []) =>
    helmTarget(revisions(...statuses), before, entries.reduce((all, one) => append(all, one), emptyLedger).entries);

  test('is the newest revision from before that Helm took for good', () => {
    assert.is(older(['superseded', 'deployed', 'failed', 'deployed'], 3)?.revision, 2);
    assert.is(older(['failed', 'pending-upgrade'], 2), null);
    assert.is(older([], 0), null);
  });

  test('is no revision of which the ledger knows better than Helm', () => {
    const entries = [
      attempt('b', 'failed', { revision: 2 }),
      attempt('old', 'failed', { kind: 'rollback', revision: 3 }),
      attempt('c', 'interrupted', { revision: 4 }),
    ];
    assert.is(older(['superseded', 'superseded', 'superseded', 'deployed', 'failed'], 4, entries)?.revision, 1);
  });
});

describe('keepVolumes', (test) => {
  const object = (kind: string, name: string, more = '') =>
    `---\n# Source: x\napiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${more}`;
  const keep = '  annotations:\n    helm.sh/resource-policy: keep\n';

  test('has Helm leave each volume where it is, and changes nothing else', () => {
    const other = object('ConfigMap', 'c', 'data: {a: "0644", b: "---"}\n');
    const manifest = object('PersistentVolumeClaim', 'a') + other + object('PersistentVolume', 'd');
    const meant = object('PersistentVolumeClaim', 'a', keep) + other + object('PersistentVolume', 'd', keep);
    assert.equal(manifestObjects(keepVolumes(manifest)), manifestObjects(meant));
  });

  test('leaves a manifest as it is where no volume would go', () => {
    const manifest = object('PersistentVolumeClaim', 'a', keep) + object('Service', 'b');
    assert.is(keepVolumes(manifest), manifest);
    assert.is(keepVolumes(''), '');
  });
});
