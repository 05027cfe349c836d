import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { history, pendingRevision } from '../../helm/history.ts';
import type { Ledger, Phase } from '../../release/ledger/ledger.ts';
import { ledgerStore } from '../../release/ledger/store.ts';
import { describe } from '../harness.ts';
import type { Delivered } from './support/deliver.ts';
import { pauseApiServer } from './support/native/pauseApiServer.ts';
import { nativeNodeProcess } from './support/nativeCluster.ts';
import type { Place } from './support/place.ts';
import { type Releasing, releasing } from './support/releasing.ts';
import { sharedOutside } from './support/sharedOutside.ts';
import { visit } from './support/visit.ts';

/** A release that is live, and an API server that can be away. */
interface Life extends Releasing {
  all: Place;
  ledger: () => Promise<Ledger>;
  /** Delivers, while the API server is away for 40 s from the moment at which the run is in this step. */
  during: (phase: Phase, flags: readonly string[]) => Promise<Delivered>;
}

let life: Promise<Life> | undefined;

async function begin(): Promise<Life> {
  const all = await sharedOutside();
  const releases = await releasing(all, 'away');
  const first = await releases.release();
  assert.is(first.exitCode, 0, first.report.failure?.message);
  const { kube } = all.cluster;
  const place = { kube, namespace: releases.namespace, release: 'todo' };
  const store = ledgerStore(place);
  const isIn = async (phase: Phase) => {
    const { operation } = await store.read();
    // In an upgrade or rollback, once Helm has begun.
    return (
      operation?.phase === phase && (!/^(upgrade|rollback)$/.test(phase) || pendingRevision(await history({ place })))
    );
  };
  const during = async (phase: Phase, flags: readonly string[]) => {
    const ended = releases.release(flags);
    ended.catch(() => {});
    while (!(await isIn(phase))) await sleep(100);
    await pauseApiServer(nativeNodeProcess() ?? 0, 40_000);
    return ended;
  };
  return { ...releases, all, ledger: () => store.read(), during };
}

function living(): Promise<Life> {
  life ??= begin();
  return life;
}

/** The run has ended what it began, and nothing that was good is held against a release. */
async function isGood(its: Life, { report, exitCode, ctx }: Delivered): Promise<void> {
  const { operation, entries } = await its.ledger();
  assert.is(operation, null, 'nothing is left open');
  assert.is(entries.at(-1)?.outcome, 'verified');
  assert.ok([0, 11].includes(exitCode), `exit code ${exitCode}: ${report.failure?.message}`);
  assert.match(report.live ?? '', exitCode === 0 ? /, tested$/ : /restored and tested again$/);
  assert.is((await visit(ctx, '/')).status, 200);
}

describe('an API server that is away for 40 s', (test) => {
  for (const phase of ['upgrade', 'wait', 'test'] as const)
    test(`in the step ${phase} is waited for, and nothing is held against the release`, async () => {
      const its = await living();
      // A migration that takes a moment, so that it is under way then; another release each time.
      const slow = 'migrations.command={sh,-c,sleep 5; python manage.py migrate --noinput}';
      const ended = await its.during(phase, ['--set', slow, '--set', `podAnnotations.step=${phase}`]);
      await isGood(its, ended);
      const { entries } = await its.ledger();
      assert.equal(
        entries.filter(({ outcome }) => outcome === 'failed'),
        [],
      );
    });

  test('in the rollback of a bad release is waited for, and the same run has the one before back', async () => {
    const its = await living();
    const ended = await its.during('rollback', [
      '--set',
      'env.DJANGO_SETTINGS_MODULE=nowhere',
      '--set',
      'migrations.enabled=false',
    ]);
    await isGood(its, ended);
    assert.is(ended.exitCode, 11);
  });
}, 600_000);
