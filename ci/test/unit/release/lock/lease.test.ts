import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../../core/errors.ts';
import { ledgerStore } from '../../../../release/ledger/store.ts';
import type { Lease, LeaseTimes } from '../../../../release/lock/heldLease.ts';
import { currentHolder, type Holder, hasEnded } from '../../../../release/lock/holder.ts';
import { acquireLease, type LeaseOptions } from '../../../../release/lock/lease.ts';
import { describe, rejects } from '../../../harness.ts';
import { type ObjectStore, withObjectStore } from '../../kube/objectStore.ts';

// Long enough for a machine that is busy with something else.
const times: LeaseTimes = { duration: 4_000, beat: 200, look: 10, settle: 0 };
/** For a lease that is to be lost. */
const short: LeaseTimes = { ...times, duration: 1_000, beat: 100 };
const path = '/apis/coordination.k8s.io/v1/namespaces/shop/leases/shop-delivery';
const queuePath = '/api/v1/namespaces/shop/configmaps/shop-queue';
/** A holder of another machine: whether it lives can be told by its lease only. */
const elsewhere = (run: string): Holder => ({ run, by: `${run} elsewhere`, boot: '', pid: 0, started: '' });

function acquire(
  store: ObjectStore,
  run: string,
  { told, ...more }: Partial<LeaseOptions> & { told?: string[] } = {},
): Promise<Lease> {
  return acquireLease({
    place: { kube: store.kube, namespace: 'shop', release: 'shop' },
    holder: elsewhere(run),
    candidate: { commit: `commit-of-${run}`, at: 1 },
    timeout: 20,
    wait: true,
    signal: new AbortController().signal,
    waiting: (text) => told?.push(text),
    times,
    ...more,
  });
}

async function isLost({ lost }: Lease): Promise<void> {
  if (!lost.aborted) await once(lost, 'abort');
}

function queued({ objects }: ObjectStore): string[] {
  return Object.keys((objects.get(queuePath)?.['data'] as object | undefined) ?? {});
}

async function isQueued(store: ObjectStore, run: string): Promise<void> {
  while (!queued(store).includes(run)) await sleep(times.look);
}

describe('the lease', (test) => {
  test('goes to one after the other, with a higher token each time', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a');
      const told: string[] = [];
      let second: Lease | undefined;
      const waiting = acquire(store, 'b', { told }).then((lease) => {
        second = lease;
      });
      // Longer than a lease lasts: the heartbeat keeps it.
      await sleep(times.duration + 4 * times.beat);
      assert.is(second, undefined);
      assert.equal(told, ['waiting for a elsewhere, who holds release shop']);
      await first.release();
      await waiting;
      assert.equal([first.fence, second?.fence, second?.inherited], [1, 2, false]);
      await second?.release();
    }));

  test('goes to exactly one of many who want it at once', () =>
    withObjectStore(async (store) => {
      let holders = 0;
      let most = 0;
      const tokens: number[] = [];
      await Promise.allSettled(
        ['a', 'b', 'c', 'd'].map(async (run) => {
          const lease = await acquire(store, run);
          tokens.push(lease.fence);
          most = Math.max(most, ++holders);
          await sleep(30);
          holders--;
          await lease.release();
        }),
      );
      assert.is(most, 1);
      assert.is(new Set(tokens).size, tokens.length);
      assert.ok(tokens.length >= 2);
    }));

  test('is taken from a holder that no longer renews it', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a', { times: short });
      store.before = (method, at) => (method === 'PUT' && at === path ? 500 : undefined);
      await isLost(first);
      assert.throws(() => first.assertHeld(), /was lost/);
      store.before = () => undefined;
      const second = await acquire(store, 'b', { times: short });
      assert.equal([second.inherited, second.fence], [true, 2]);
      await first.release();
      const lease = store.objects.get(path);
      assert.ok(lease);
      assert.is((lease['spec'] as { holderIdentity: string }).holderIdentity, 'b');
      await second.release();
    }));

  test('is lost before anybody can take it, though the cluster does not answer at all', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a', { times: short });
      let hanging = true;
      store.before = (method, at) => (hanging && method === 'PUT' && at === path ? new Promise(() => {}) : undefined);
      const second = acquire(store, 'b', { times: short });
      await isLost(first);
      hanging = false;
      assert.equal([(await second).inherited, (await second).fence], [true, 2]);
      await (await second).release();
    }));

  test('is kept when a renewal came through whose answer did not', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a');
      let answers = 0;
      const renewed = new Promise<void>((resolve) => {
        store.after = (method, at) => {
          if (method !== 'PUT' || at !== path) return undefined;
          if (++answers === 4) resolve();
          return answers === 1 ? 500 : undefined;
        };
      });
      await Promise.race([renewed, isLost(first)]);
      assert.is(first.lost.aborted, false);
      await first.release();
      assert.is((await acquire(store, 'b')).fence, 2);
    }));

  test('counts on from the ledger when somebody has deleted it', () =>
    withObjectStore(async (store) => {
      const ledger = ledgerStore({ kube: store.kube, namespace: 'shop', release: 'shop' });
      await ledger.update(57, (read) => read);
      const lease = await acquire(store, 'a');
      assert.is(lease.fence, 58);
      assert.is((await ledger.update(lease.fence, (read) => read)).fence, 58);
      await lease.release();
    }));

  test('is taken at once from a process of this machine that has ended', () =>
    withObjectStore(async (store) => {
      const dead = { ...currentHolder('a', 'local'), started: 'long ago' };
      const first = await acquire(store, 'a', { holder: dead });
      const second = await acquire(store, 'b', { timeout: 0.1 });
      assert.is(second.inherited, true);
      await Promise.all([first.release(), second.release()]);
    }));

  test('is not waited for longer than was asked', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a');
      const error = await rejects(acquire(store, 'b', { timeout: 0.1 }));
      assert.instance(error, PipelineError);
      assert.equal([(error as PipelineError).code, (error as PipelineError).exitCode], ['LOCKED', 20]);
      assert.match(error.message, 'a elsewhere');
      await first.release();
    }));

  test('is not waited for by one who only looks, and whom those who wait do not see', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a');
      const told: string[] = [];
      const error = await rejects(acquire(store, 'b', { wait: false, told }));
      assert.equal([(error as PipelineError).code, told], ['LOCKED', []]);
      assert.match(error.message, 'held by a elsewhere, who is at work on it');
      assert.not(store.objects.has(queuePath));
      await first.release();
      const second = await acquire(store, 'b', { wait: false });
      assert.is(second.fence, 2);
      await second.release();
    }));

  test('is taken by one who only looks from a holder that has died', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a', { times: short });
      store.before = (method, at) => (method === 'PUT' && at === path ? 500 : undefined);
      await isLost(first);
      store.before = () => undefined;
      const second = await acquire(store, 'b', { wait: false, times: short });
      assert.is(second.inherited, true);
      await Promise.all([first.release(), second.release()]);
    }));

  test('is left to the last of those who wait with the same commit', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a');
      const second = acquire(store, 'b');
      const refused = rejects(second);
      await isQueued(store, 'b');
      const third = acquire(store, 'c');
      const error = await refused;
      assert.equal([(error as PipelineError).code, (error as PipelineError).exitCode], ['SUPERSEDED', 20]);
      assert.match(error.message, 'c elsewhere waits with commit commit-of-c');
      await first.release();
      await (await third).release();
    }));

  test('is left to the newest commit of those who wait, though an older one came later', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a');
      const newest = acquire(store, 'b', { candidate: { commit: 'new', at: 20 } });
      await isQueued(store, 'b');
      const error = await rejects(acquire(store, 'c', { candidate: { commit: 'old', at: 10 } }));
      assert.is((error as PipelineError).code, 'SUPERSEDED');
      assert.match(error.message, 'b elsewhere waits with commit new');
      await first.release();
      await (await newest).release();
    }));

  test('is no matter of commits for what delivers nothing: it waits its turn, and nobody leaves for it', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a');
      const delivery = acquire(store, 'b');
      await isQueued(store, 'b');
      const told: string[] = [];
      const byHand = acquire(store, 'c', { candidate: null, told });
      // Longer than a waiter needs to be seen.
      await sleep(6 * times.beat);
      assert.is(told.length, 1);
      await first.release();
      await Promise.all([delivery, byHand].map(async (lease) => (await lease).release()));
    }));

  test('is not left to one that has died, who is forgotten', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a');
      const dead = { run: 'z', by: 'z', commit: 'newest', at: 99, since: Date.now(), seen: Date.now() };
      store.objects.set(queuePath, {
        metadata: { name: 'shop-queue', resourceVersion: '1' },
        data: { z: JSON.stringify(dead) },
      });
      const second = acquire(store, 'b');
      while (queued(store).includes('z')) await sleep(times.look);
      await first.release();
      await (await second).release();
      assert.equal(queued(store), []);
    }));
}, 90_000);

describe('hasEnded', (test) => {
  const holder: Holder = { run: 'r', by: '', boot: 'this boot', pid: 7, started: '100' };

  test('is true only of a process of this machine that has ended', () => {
    assert.is(
      hasEnded(holder, 'this boot', () => ''),
      true,
    );
    assert.is(
      hasEnded(holder, 'this boot', () => '200'),
      true,
    );
    assert.is(
      hasEnded(holder, 'this boot', () => '100'),
      false,
    );
    assert.is(
      hasEnded(holder, 'another boot', () => ''),
      false,
    );
    assert.is(
      hasEnded({ ...holder, boot: '' }, '', () => ''),
      false,
    );
  });

  test('is false of this very process', () => assert.is(hasEnded(currentHolder('r', 'local')), false));
});
