import * as assert from 'uvu/assert';
import { manifestObjects } from '../../../../helm/manifest.ts';
import { append, emptyLedger, type NewEntry, type Phase } from '../../../../release/ledger/ledger.ts';
import { helmTarget, isFirst } from '../../../../release/restore/undo.ts';
import { keepVolumes } from '../../../../release/restore/uninstall.ts';
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
    assert.is(of('wait', 1, ['superseded', 'deployed']), 'finish');
    assert.is(of('test', 1, ['superseded', 'deployed']), 'finish');
    assert.is(of('test', 0, ['deployed']), 'finish');
  });

  test('undoes what Helm had begun, hook or not', () => {
    assert.is(of('upgrade', 1, ['deployed', 'pending-upgrade']), 'undo');
    assert.is(of('upgrade', 1, ['deployed', 'failed']), 'undo');
    // Between the end of Helm and the next word in the ledger.
    assert.is(of('upgrade', 1, ['superseded', 'deployed']), 'undo');
  });

  test('goes on with a rollback, in whatever step it was', () => {
    for (const phase of ['rollback', 'wait-rollback', 'test-rollback'] as const) {
      assert.is(of(phase, 1, ['superseded', 'failed', 'deployed']), 'undo');
      assert.is(of(phase, 1, ['superseded', 'failed', 'pending-rollback']), 'undo');
    }
  });

  test('goes on with a removal', () => assert.is(of('uninstall', 0, ['failed']), 'undo'));
});

describe('a first installation', (test) => {
  const first = (before: number, failed: string[], ...attempts: string[]) =>
    isFirst(operation('a', { before }), ledgerOf(...attempts).entries, failed);

  test('has nothing before it, neither in Helm nor in the ledger', () => {
    assert.is(first(0, ['a'], 'a-'), true);
    assert.is(first(0, ['a'], 'b-', 'c?', 'a-'), true);
  });

  test('is none where the release is older than its ledger', () => assert.is(first(3, ['a'], 'a-'), false));

  test('is none where a release passed its tests before somebody uninstalled it', () => {
    assert.is(first(0, ['a'], 'b+', 'a-'), false);
    assert.is(first(0, [], 'a+'), false);
    assert.is(first(0, ['a'], 'a+', 'a-'), true);
  });
});

describe('helmTarget', (test) => {
  const older = (statuses: string[], before: number, entries: NewEntry[] = [], failed: string[] = []) =>
    helmTarget(
      revisions(...statuses),
      before,
      entries.reduce((all, one) => append(all, one), emptyLedger).entries,
      failed,
    );

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

  test('is known by its entry where it has one', () => {
    const target = older(['superseded', 'deployed', 'failed'], 2, [attempt('a', 'unverified', { revision: 2 })], ['b']);
    assert.equal([target?.key, target?.image, target?.revision], ['a', 'registry.example.com/shop@sha256:a', 2]);
  });

  test('is not the release that has just failed', () => {
    const entries = [attempt('a', 'unverified', { revision: 1 }), attempt('b', 'unverified', { revision: 2 })];
    assert.is(older(['superseded', 'deployed', 'failed'], 2, entries, ['b'])?.revision, 1);
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
