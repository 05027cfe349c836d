import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiException } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Context } from '../../../core/context.ts';
import { PipelineError } from '../../../core/errors.ts';
import type { Report } from '../../../core/report.ts';
import { clusterClient } from '../../../release/clusterClient.ts';
import { openJournal } from '../../../release/journal.ts';
import { append, emptyLedger, type Ledger, quarantined } from '../../../release/ledger/ledger.ts';
import { ledgerStore } from '../../../release/ledger/store.ts';
import { rollback } from '../../../stages/rollback.ts';
import { describe } from '../../harness.ts';
import { type ObjectStore, withObjectStore } from '../kube/objectStore.ts';
import { putRecord } from '../release/fakeHelm.ts';
import { attempt, operation } from '../release/fakeLedger.ts';
import { fakeConfig, fakeReport, listeningLog, noMask } from '../report/fakeReport.ts';

/** How many revisions Helm has, and whether it can go back. */
interface Situation {
  revisions: number;
  rollback?: 'works' | 'fails';
  engine?: 'gone';
  records?: 'forbidden';
  interrupted?: boolean;
  lost?: boolean;
}

interface Outcome {
  error: unknown;
  ledger: Ledger;
  report: Report;
}

function putRevision({ objects }: ObjectStore, version: number): void {
  putRecord(objects, { version, info: { status: 'deployed' }, manifest: '' });
}

/** An engine in which every command is Helm. */
function helmOnly(store: ObjectStore, { revisions, rollback = 'works', engine }: Situation): Context['dag'] {
  let count = revisions;
  const run = (command: string): { exitCode: number; output: string } => {
    if (command === 'rollback' && rollback === 'fails') return { exitCode: 1, output: 'Error: hooks failed' };
    if (command === 'rollback') putRevision(store, ++count);
    return { exitCode: 0, output: 'TEST SUITE: shop-page\nPhase: Succeeded' };
  };
  const container = (answer = { exitCode: 0, output: '' }): object => ({
    from: () => container(),
    with: () => container(),
    withNewFile: () => container(),
    withEnvVariable: () => container(),
    withExec: ([program, command = '']: string[]) => container(program === 'helm' ? run(command) : undefined),
    exitCode: () => (engine ? Promise.reject(new Error('the engine is gone')) : Promise.resolve(answer.exitCode)),
    stdout: () => Promise.resolve(answer.output),
    stderr: () => Promise.resolve(''),
  });
  return { container: () => container() } as unknown as Context['dag'];
}

/** A release of which `a` is verified, while `b` is deployed and fails. */
async function fail(failure: unknown, situation: Situation): Promise<Outcome> {
  const reports = mkdtempSync(join(tmpdir(), 'after-failure-'));
  try {
    return await withObjectStore(async (store) => {
      const { kube } = store;
      for (let version = 1; version <= situation.revisions; version++) putRevision(store, version);
      const lost = new AbortController();
      const lease = {
        ...{ fence: 1, lost: lost.signal, inherited: false, assertHeld: () => {}, confirm: async () => {} },
        release: async () => {},
      };
      const journal = openJournal(ledgerStore({ kube, namespace: 'shop', release: 'shop' }), lease);
      const ledger = ledgerStore({ kube, namespace: 'shop', release: 'shop' });
      await ledger.update(1, () => append(emptyLedger, attempt('a', 'verified', { image: '', revision: 1 })));
      await journal.begin(operation('b', { image: '', phase: 'wait', before: 1 }));
      const { live: _, ...report } = fakeReport({ revision: { before: 1 } });
      const ctx = {
        ...{
          dag: helmOnly(store, situation),
          images: { tools: 'tools' },
          log: listeningLog(),
          mask: noMask,
          report,
          runId: 'run',
        },
        place: { kube, namespace: 'shop', release: 'shop' },
        ...{ config: fakeConfig({ reports }), cluster: { kube, reach: async () => (ctr: unknown) => ctr } },
        signal: situation.interrupted ? AbortSignal.abort('SIGTERM') : new AbortController().signal,
      } as unknown as Context;
      if (situation.lost) lost.abort();
      if (situation.records) store.before = (_, path) => (path.endsWith('/secrets') ? 403 : undefined);
      const error = await rollback({ ...ctx, journal, client: clusterClient(ctx) }, failure);
      return { error, ledger: await ledger.read(), report };
    });
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

const told = ({ entries }: Ledger) => entries.map(({ kind, key, outcome }) => `${kind} ${key} ${outcome}`);
const codeOf = (error: unknown) => (error instanceof PipelineError ? error.code : error);
const noAnswer = new ApiException(500, 'no', '{"message":"etcd is away"}', {});
const crash = new PipelineError('DEPLOY', 'it crashes', { details: ['a log'] });

describe('rollback', (test) => {
  test('undoes a release that is bad, and remembers it', async () => {
    const { error, ledger, report } = await fail(crash, { revisions: 2 });
    assert.equal([codeOf(error), (error as PipelineError).exitCode], ['RESTORED', 11]);
    assert.is((error as PipelineError).details[0], 'a log');
    assert.equal(told(ledger), ['deploy a verified', 'deploy b failed', 'rollback a verified']);
    assert.is(quarantined(ledger.entries, 'b')?.reason, 'it crashes');
    const [, failed, back] = ledger.entries;
    assert.equal([failed?.phase, failed?.tests], ['wait', undefined]);
    assert.equal([back?.phase, back?.tests], ['test-rollback', { result: 'passed', names: ['shop-page'] }]);
    assert.is(ledger.operation, null);
    assert.equal(report.revision, { before: 1, after: 2 });
    assert.match(report.live ?? '', /restored and tested again/);
  });

  test('undoes what a cluster has interrupted that gave no answer, and does not hold it against the release', async () => {
    const { error, ledger } = await fail(noAnswer, { revisions: 2 });
    assert.is(codeOf(error), 'RESTORED');
    assert.is((error as Error).message, '500 etcd is away');
    assert.equal(told(ledger), ['deploy a verified', 'deploy b interrupted', 'rollback a verified']);
    assert.is(quarantined(ledger.entries, 'b'), null);
    assert.is(ledger.operation, null);
  });

  test('writes down which tests failed', async () => {
    const details = ['TEST SUITE:     shop-page', 'Phase:          Failed', 'no good'];
    const { ledger } = await fail(new PipelineError('VERIFY', 'helm test failed', { details }), { revisions: 2 });
    assert.equal(ledger.entries[1]?.tests, { result: 'failed', names: ['shop-page'] });
  });

  test('has nothing to undo where Helm had not begun', async () => {
    const { error, ledger, report } = await fail(noAnswer, { revisions: 1 });
    assert.is(error, noAnswer);
    assert.equal(report.revision, { before: 1, after: null });
    assert.equal([told(ledger), ledger.operation], [['deploy a verified'], null]);
  });

  test('leaves it to whoever comes next when the run is interrupted, or its lease is lost', async () => {
    for (const how of [{ interrupted: true }, { lost: true }]) {
      const { error, ledger, report } = await fail(crash, { revisions: 2, ...how });
      assert.is(error, crash);
      assert.equal(report.revision, { before: 1 });
      assert.equal([told(ledger), ledger.operation?.phase], [['deploy a verified'], 'wait']);
    }
  });

  test('says what is live, and leaves the operation open, when it cannot undo it', async () => {
    const { error, ledger, report } = await fail(crash, { revisions: 2, engine: 'gone' });
    assert.equal([codeOf(error), (error as PipelineError).exitCode], ['NOT_RESTORED', 13]);
    assert.match((error as Error).message, /^it crashes; .*: the engine is gone$/);
    assert.is(report.live, 'unknown: commit commit-of-a was being put back');
    assert.equal([told(ledger), ledger.operation?.phase], [['deploy a verified', 'deploy b failed'], 'rollback']);
  });

  test('leaves the operation open, too, when it cannot find out what was changed', async () => {
    const { error, ledger, report } = await fail(crash, { revisions: 2, records: 'forbidden' });
    assert.equal([codeOf(error), (error as PipelineError).exitCode], ['NOT_RESTORED', 13]);
    assert.is(report.live, 'unknown: a deployment of shop has failed, and was not undone');
    assert.equal([told(ledger), ledger.operation?.phase], [['deploy a verified'], 'wait']);
  });

  test('does not hold it against the good release that it could not be brought back', async () => {
    const { error, ledger } = await fail(crash, { revisions: 2, rollback: 'fails' });
    assert.is(codeOf(error), 'NOT_RESTORED');
    assert.equal(told(ledger), ['deploy a verified', 'deploy b failed', 'rollback a interrupted']);
    assert.is(quarantined(ledger.entries, 'a'), null);
  });
}, 60_000);
