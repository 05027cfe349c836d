import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Entry, Ledger, Phase } from '../../../release/ledger/ledger.ts';
import { ledgerStore } from '../../../release/ledger/store.ts';
import { log } from './shared.ts';
import { visit } from './visit.ts';

/** A release on a cluster that is looked at from outside. */
export interface Watched {
  kube: KubeConfig;
  namespace: string;
  release: string;
}

export const ledgerOf = ({ kube, namespace, release }: Watched): Promise<Ledger> =>
  ledgerStore({ kube, namespace, release }).read();

/** The phases after a failure. */
export const rollingBack: readonly Phase[] = ['rollback', 'wait-rollback', 'test-rollback'];

/**
 * Waits until the ledger says that one of these is under way. It is asked again and again: what takes only a moment is missed on a
 * busy machine.
 * @throws when `ended` comes first
 */
export async function reaches(
  its: Watched,
  phases: readonly Phase[],
  ended: Promise<{ stderr: string }>,
): Promise<void> {
  let over: string | undefined;
  const seen: string[] = [];
  void ended.then(({ stderr }) => {
    over = stderr;
  });
  for (;;) {
    const phase = (await ledgerOf(its)).operation?.phase;
    if (phase && phases.includes(phase)) return;
    if (phase && phase !== seen.at(-1)) seen.push(phase);
    if (over !== undefined) throw new Error(`the run ended, and only these were seen: ${seen.join(', ')}\n${over}`);
    await sleep(100);
  }
}

/**
 * Fails unless the release stands as it should after every run: what Helm has as the newest revision is deployed, verified by the
 * ledger, and serves; nothing is under way.
 * @returns the ledger's entry of it
 */
export async function isVerified(its: Watched): Promise<Entry> {
  const { entries, operation } = await ledgerOf(its);
  assert.is(operation, null, 'nothing is under way');
  const numbers = entries.map(({ number }) => number);
  assert.equal(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b),
    'no entry is lost or double',
  );
  const core = its.kube.makeApiClient(CoreV1Api);
  const labelSelector = `owner=helm,name=${its.release}`;
  const { items } = await core.listNamespacedSecret({ namespace: its.namespace, labelSelector });
  const revisions = items.map(({ metadata }) => ({
    revision: Number(metadata?.labels?.['version']),
    status: metadata?.labels?.['status'],
  }));
  const last = revisions.sort((a, b) => a.revision - b.revision).at(-1);
  assert.is(last?.status, 'deployed');
  const live = entries.findLast(({ revision }) => revision === last?.revision);
  assert.is(live?.outcome, 'verified', `revision ${last?.revision}`);
  assert.is((await visit({ place: its, log }, '/health/')).status, 200);
  return live as Entry;
}
