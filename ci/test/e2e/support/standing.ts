import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Config } from '../../../config.ts';
import type { Entry, Ledger, Phase } from '../../../release/ledger.ts';
import { ledgerStore } from '../../../release/ledgerStore.ts';
import type { Cluster } from '../../../targets/cluster.ts';
import { log } from './shared.ts';
import { visit } from './visit.ts';

/** A release on a cluster that is looked at from outside. */
export interface Watched {
  kube: KubeConfig;
  namespace: string;
  release: string;
}

export const ledgerOf = ({ kube, namespace, release }: Watched): Promise<Ledger> =>
  ledgerStore(kube, namespace, release).read();

/** Waits until the ledger says that this is under way. @throws when `ended` comes first */
export async function reaches(its: Watched, phase: Phase, ended: Promise<{ stderr: string }>): Promise<void> {
  let over: string | undefined;
  void ended.then(({ stderr }) => {
    over = stderr;
  });
  while ((await ledgerOf(its)).operation?.phase !== phase) {
    if (over !== undefined) throw new Error(`the run ended before the phase ${phase}:\n${over}`);
    await sleep(50);
  }
}

/** Fails unless the release stands as it should after every run: verified, by Helm too, nothing left open, and serving. */
export async function isVerified(its: Watched): Promise<Entry> {
  const { entries, operation } = await ledgerOf(its);
  assert.is(operation, null, 'nothing is under way');
  const newest = entries.at(-1);
  assert.is(newest?.outcome, 'verified');
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
  assert.equal([last?.revision, last?.status], [newest?.revision, 'deployed']);
  const config = { namespace: its.namespace, release: its.release } as Config;
  const cluster = { kube: its.kube } as Cluster;
  assert.is((await visit({ cluster, config, log }, '/health/')).status, 200);
  return newest as Entry;
}
