import * as assert from 'uvu/assert';
import type { Phase } from '../../../release/ledger.ts';
import { olderTarget } from '../../../release/olderTarget.ts';
import { recovery } from '../../../release/recover.ts';
import { volumesOf } from '../../../release/removeFirstInstall.ts';
import { describe } from '../../harness.ts';
import { operation } from './madeUpLedger.ts';

const revisions = (...statuses: string[]) => statuses.map((status, index) => ({ revision: index + 1, status }));

describe('recovery', (test) => {
  const of = (phase: Phase, before: number, statuses: string[], verified = true) =>
    recovery(operation('a', { phase, before }), revisions(...statuses), verified);

  test('has nothing to do where Helm had not begun', () => {
    assert.is(of('upgrade', 1, ['deployed']), 'nothing was changed');
    assert.is(of('upgrade', 0, []), 'nothing was changed');
    assert.is(of('uninstall', 0, []), 'nothing was changed');
  });

  test('finishes what Helm had finished', () => {
    assert.is(of('wait', 1, ['superseded', 'deployed']), 'finish');
    assert.is(of('test', 1, ['superseded', 'deployed']), 'finish');
    assert.is(of('test', 0, ['deployed'], false), 'finish');
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

  test('removes a first installation that never worked', () => {
    assert.is(of('upgrade', 0, ['pending-install'], false), 'remove');
    assert.is(of('uninstall', 0, ['failed'], false), 'remove');
  });

  test('does not remove a release that is older than its ledger', () =>
    assert.is(of('upgrade', 3, ['superseded', 'superseded', 'deployed', 'pending-upgrade'], false), 'undo'));
});

describe('olderTarget', (test) => {
  test('is the newest revision from before that Helm took for good', () => {
    assert.is(olderTarget(revisions('superseded', 'deployed', 'failed', 'deployed'), 3)?.revision, 2);
    assert.is(olderTarget(revisions('failed', 'pending-upgrade'), 2), null);
    assert.is(olderTarget([], 0), null);
  });
});

describe('volumesOf', (test) => {
  test('names the claims that would be deleted, and not those that are kept', () => {
    const claim = (name: string, more = '') => `---\nkind: PersistentVolumeClaim\nmetadata:\n  name: ${name}\n${more}`;
    const kept = '  annotations:\n    helm.sh/resource-policy: keep\n';
    assert.equal(volumesOf(`${claim('a')}${claim('b', kept)}---\nkind: Service\n`), ['PersistentVolumeClaim a']);
    assert.equal(volumesOf(''), []);
  });
});
