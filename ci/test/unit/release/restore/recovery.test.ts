import * as assert from 'uvu/assert';
import { manifestObjects } from '../../../../helm/manifest.ts';
import {
  append,
  emptyLedger,
  identify,
  type NewEntry,
  type Operation,
  type Phase,
  type Target,
} from '../../../../release/ledger/ledger.ts';
import { candidates, targetsOf } from '../../../../release/restore/candidates.ts';
import { keepVolumes } from '../../../../release/rollout/uninstall.ts';
import { recovery } from '../../../../stages/recover.ts';
import { describe } from '../../../harness.ts';
import { attempt, ledgerOf, operation } from '../fakeLedger.ts';

const revisions = (...statuses: string[]) => statuses.map((status, index) => ({ revision: index + 1, status }));

describe('recovery', (test) => {
  const of = (phase: Phase, before: number, statuses: string[]) =>
    recovery(operation('a', { phase, before }), revisions(...statuses), true);

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

  test('leaves what somebody has made live by hand since then, known by its number or by what is in it', () => {
    const later = (how: Partial<Operation>, isOurs: boolean, ...statuses: string[]) =>
      recovery(operation('a', { phase: 'wait', before: 1, ...how }), revisions(...statuses), isOurs);
    assert.is(later({ revision: 2 }, true, 'superseded', 'superseded', 'deployed'), 'leave it');
    assert.is(later({ revision: 2, phase: 'rollback' }, true, 'superseded', 'failed', 'deployed'), 'leave it');
    assert.is(later({ revision: 2 }, false, 'superseded', 'deployed'), 'leave it');
    assert.is(later({ revision: 2 }, true, 'superseded', 'deployed'), 'finish');
    assert.is(later({ revision: 2 }, true, 'superseded', 'deployed', 'failed'), 'undo', 'that did not work by hand');
  });

  test('leaves a release alone that somebody has removed by hand, or removed and installed anew', () => {
    assert.is(of('wait', 3, []), 'leave it');
    assert.is(of('rollback', 3, ['deployed']), 'leave it');
    assert.is(
      recovery(
        operation('a', { kind: 'rollback', phase: 'rollback', before: 2 }),
        revisions('failed', 'deployed'),
        true,
      ),
      'nothing was changed',
      'a return by hand had not begun',
    );
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
  const of = (attempts: string[], more: { live?: Target | null } = {}) =>
    candidates(more, ledgerOf(...attempts).entries).map(({ key, revision }) => `${key} ${revision}`);

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
});

describe('targetsOf, where the ledger tells of nothing that was live,', (test) => {
  const older = async (statuses: string[], before: number, attempts: NewEntry[] = []) => {
    const { entries } = attempts.reduce((all, one) => append(all, one), emptyLedger);
    const client = {
      history: async () => revisions(...statuses),
      identify: async (revision: number) => identify(revision, `manifest ${revision}`, entries),
    };
    const [target] = await targetsOf(client, { key: 'failing', before, live: null }, entries);
    return target?.revision ?? null;
  };

  test('takes the newest revision from before that Helm took for good', async () => {
    assert.is(await older(['superseded', 'deployed', 'failed', 'deployed'], 3), 2);
    assert.is(await older(['failed', 'pending-upgrade'], 2), null);
    assert.is(await older([], 0), null);
  });

  test('takes no revision of which the ledger knows better than Helm', async () => {
    const attempts = [
      attempt('b', 'failed', { revision: 2 }),
      attempt('old', 'failed', { kind: 'rollback', revision: 3 }),
      attempt('c', 'interrupted', { revision: 4 }),
    ];
    assert.is(await older(['superseded', 'superseded', 'superseded', 'deployed', 'failed'], 4, attempts), 1);
  });

  test('takes what served before, though it is known to be bad, where there is nothing else; never what has just failed', async () => {
    const { entries } = append(emptyLedger, attempt('a', 'failed'));
    const client = { history: async () => [], identify: async () => Promise.reject(new Error('nothing to look at')) };
    const of = async (key: string) =>
      (await targetsOf(client, { key, before: 1, live: { ...attempt('a', 'failed'), revision: 1 } }, entries)).length;
    assert.equal([await of('b'), await of('a')], [1, 0]);
  });

  test('knows what failed by its manifest, whatever number somebody gave it by hand', async () => {
    const failed = attempt('b', 'failed', { revision: 9, manifestHash: 'manifest 2' });
    assert.is(await older(['superseded', 'deployed'], 2, [failed]), 1);
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
