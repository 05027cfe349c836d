import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { chooseTarget } from '../../../commands/rollback.ts';
import type { ReleaseContext } from '../../../core/context.ts';
import type { PipelineError } from '../../../core/errors.ts';
import { clusterClient } from '../../../release/clusterClient.ts';
import { type Journal, openJournal } from '../../../release/journal.ts';
import { append, type Entry, emptyLedger, type NewEntry, type Operation } from '../../../release/ledger/ledger.ts';
import { ledgerStore } from '../../../release/ledger/store.ts';
import { returnTo } from '../../../release/restore/returnTo.ts';
import { recoverFrom } from '../../../stages/recover.ts';
import { describe, rejects } from '../../harness.ts';
import { type ObjectStore, withObjectStore } from '../kube/objectStore.ts';
import { fakeHelm, putRevisions, recordsIn } from '../release/fakeHelm.ts';
import { attempt, heldLease, operation } from '../release/fakeLedger.ts';
import { fakeConfig, fakeReport, listeningLog, noMask } from '../report/fakeReport.ts';

interface Situation {
  ctx: ReleaseContext;
  journal: Journal;
  objects: ObjectStore['objects'];
  /** Of the ledger, such as `deploy a failed`. */
  entries: () => Promise<string[]>;
  /** Of Helm, such as `1 deployed`. */
  revisions: () => string[];
}

/** No image, so that what runs is not looked at. */
const of = (key: string, outcome: Entry['outcome'], more: Partial<NewEntry> = {}) =>
  attempt(key, outcome, { image: '', ...more });
const begun = (key: string, more: Partial<Operation>) => operation(key, { image: '', ...more });

/** A release with these revisions and entries, in which an operation is under way. */
async function inSituation(
  revisions: string[],
  entries: NewEntry[],
  open: Operation,
  work: (situation: Situation) => Promise<void>,
): Promise<void> {
  const reports = mkdtempSync(join(tmpdir(), 'recover-'));
  try {
    await withObjectStore(async ({ kube, objects }) => {
      putRevisions(objects, ...revisions);
      const store = ledgerStore({ kube, namespace: 'shop', release: 'shop' });
      await store.update(1, () => entries.reduce((all, one) => append(all, one), emptyLedger));
      const journal = openJournal(store, heldLease(1));
      await journal.begin(open);
      const { live: _, revision: __, ...report } = fakeReport();
      const ctx = {
        ...{
          dag: fakeHelm(objects),
          images: { tools: 'tools' },
          log: listeningLog(),
          mask: noMask,
          report,
          runId: 'run-2',
        },
        ...{ config: fakeConfig({ reports, deployTimeout: 5 }), signal: new AbortController().signal },
        place: { kube, namespace: 'shop', release: 'shop' },
        ...{ cluster: { kube, reach: async () => (ctr: unknown) => ctr } },
      } as unknown as ReleaseContext;
      await work({
        ...{ ctx, journal, objects },
        entries: async () =>
          (await journal.read()).entries.map(({ kind, key, outcome }) => `${kind} ${key} ${outcome}`),
        revisions: () => recordsIn(objects).map(({ version, info }) => `${version} ${info.status}`),
      });
      assert.is((await journal.read()).operation, null, 'nothing is under way any more');
    });
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

describe('a run that died', (test) => {
  const recovered = async ({ ctx, journal }: Situation): Promise<string> => {
    const { operation: left } = await journal.read();
    let said = '';
    await recoverFrom({ ...ctx, journal, client: clusterClient(ctx) }, left as Operation, (text) => {
      said = text;
    });
    assert.ok(ctx.report.notes.includes(said));
    return said;
  };

  test('in the test of a first installation that fails it leaves nothing half installed', () =>
    inSituation(['deployed bad'], [], begun('a', { phase: 'test' }), async (its) => {
      assert.match(await recovered(its), /its release, the first, does not work: removed/);
      assert.equal(its.revisions(), []);
      assert.equal(await its.entries(), ['deploy a failed']);
      assert.match(its.ctx.report.live ?? '', /^nothing: the failed first installation of shop was removed/);
      assert.match(its.ctx.report.notes.join('\n'), /how it was left: logs, events and objects: .*revision-1/);
    }));

  test('in an upgrade to what does not work has the verified release back', () =>
    inSituation(
      ['superseded good', 'deployed bad'],
      [of('a', 'verified')],
      begun('b', { phase: 'wait', before: 1 }),
      async (its) => {
        assert.match(await recovered(its), /its release does not work, and the one before is back$/);
        assert.equal(its.revisions(), ['1 superseded', '2 superseded', '3 deployed']);
        assert.equal(await its.entries(), ['deploy a verified', 'deploy b failed', 'rollback a verified']);
      },
    ));

  test('is no obstacle to a release whose chart has no tests', () =>
    inSituation(
      ['superseded untested', 'deployed untested'],
      [],
      begun('b', { phase: 'wait', before: 1 }),
      async (its) => {
        assert.match(await recovered(its), /its release is live now, and its chart has no tests/);
        assert.equal(await its.entries(), ['deploy b unverified']);
      },
    ));

  test('leaves what is restored and can not be tested as it is', () =>
    inSituation(
      ['deployed untested', 'pending-upgrade untested'],
      [of('a', 'unverified')],
      begun('b', { phase: 'upgrade', before: 1 }),
      async (its) => {
        assert.match(
          await recovered(its),
          /died in the phase upgrade: commit commit-of-a is back, but its chart has no/,
        );
        assert.equal(await its.entries(), ['deploy a unverified', 'deploy b interrupted', 'rollback a unverified']);
        assert.is(its.revisions().at(-1), '3 deployed');
      },
    ));

  test('leaves no release that is pending where nothing can be brought back, and it is said what serves', () =>
    inSituation(
      ['deployed stuck', 'failed bad'],
      [of('a', 'verified'), of('b', 'failed', { revision: 2 })],
      begun('b', { phase: 'rollback', before: 1 }),
      async (its) => {
        assert.match(await recovered(its), /what it left could not be undone/);
        assert.equal(its.revisions(), ['1 deployed', '2 failed', '3 failed']);
        assert.match(its.ctx.report.live ?? '', /^revision 3 of shop, which Helm calls pending-rollback; no pod/);
        assert.match(its.ctx.report.notes.join('\n'), /revision 3 of shop was left pending-rollback/);
      },
    ));

  test('in a return by hand gets to where it was to go', () =>
    inSituation(
      ['superseded good', 'deployed better'],
      [of('a', 'verified'), of('b', 'verified', { revision: 2 })],
      begun('a', { phase: 'rollback', kind: 'rollback', before: 2 }),
      async (its) => {
        assert.match(await recovered(its), /the release that it was to bring back is live and tested/);
        assert.equal((await its.entries()).at(-1), 'rollback a verified');
        assert.match(recordsIn(its.objects).at(-1)?.manifest ?? '', /good/);
      },
    ));
}, 60_000);

describe('a return by hand', (test) => {
  test('takes of the release that was chosen the newest revision, of which there is a copy', () => {
    const back = of('a', 'verified', { kind: 'rollback', revision: 3 });
    const all = [of('a', 'verified'), of('b', 'verified', { revision: 2 }), back, of('c', 'failed', { revision: 4 })];
    const known = all.reduce((ledger, one) => append(ledger, one), emptyLedger).entries;
    assert.is(chooseTarget(known, 1, 'shop', { key: 'b' }).revision, 3);
    assert.is(chooseTarget(known, 2, 'shop', { key: 'b' }).revision, 2);
    assert.is(chooseTarget(known, undefined, 'shop', { key: 'b' }).revision, 3);
    assert.is(chooseTarget(known.slice(0, 3), undefined, 'shop', { key: 'a' }).revision, 2);
    assert.throws(() => chooseTarget(known, 4, 'shop', { key: 'b' }), /no release with the number 4/);
  });

  const entries = [of('a', 'verified'), of('b', 'verified', { revision: 2 })];
  const returned = async ({ ctx, journal }: Situation): Promise<PipelineError> => {
    const { operation: open, entries: all } = await journal.read();
    return (await rejects(
      returnTo({ ...ctx, journal, client: clusterClient(ctx) }, open as Operation, all[0] as Entry),
    )) as PipelineError;
  };
  const open = begun('a', { phase: 'rollback', kind: 'rollback', before: 2 });

  test('to what does not work any more ends with the release that was live', () =>
    inSituation(['superseded bad', 'deployed good'], entries, open, async (its) => {
      const error = await returned(its);
      assert.equal([error.code, error.exitCode], ['RESTORED', 11]);
      assert.match(error.message, /does not work: helm test of shop failed/);
      assert.equal((await its.entries()).slice(-2), ['rollback a failed', 'rollback b verified']);
      assert.match(its.ctx.report.live ?? '', /commit-of-b.*restored and tested again/);
      assert.equal(its.ctx.report.revision, { before: 2, after: 4 });
    }));

  test('to what is nowhere any more changes nothing', () =>
    inSituation(['superseded good', 'deployed good'], entries, open, async (its) => {
      its.objects.delete('/api/v1/namespaces/shop/secrets/sh.helm.release.v1.shop.v1');
      const error = await returned(its);
      assert.match(error.message, /neither Helm nor the archive still has revision 1/);
      assert.equal(its.revisions(), ['2 deployed']);
      assert.match(its.ctx.report.live ?? '', /^revision 2 of shop, which Helm calls deployed/);
    }));
}, 60_000);
