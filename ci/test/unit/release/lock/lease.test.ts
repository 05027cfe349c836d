import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinationV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../../core/errors.ts';
import { ledgerStore } from '../../../../release/ledger/store.ts';
import { holdLease, type Lease } from '../../../../release/lock/heldLease.ts';
import { currentHolder } from '../../../../release/lock/holder.ts';
import { describe, rejects } from '../../../harness.ts';
import { type ObjectStore, withObjectStore } from '../../kube/objectStore.ts';
import { acquire, isLost, path, queuePath, short, times } from './acquiring.ts';

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
      store.before = notOf('a');
      const second = await acquire(store, 'b', { times: short });
      assert.equal([second.inherited, second.fence], [true, 2]);
      store.before = () => undefined;
      await isLost(first);
      assert.throws(() => first.assertHeld(), /was lost/);
      assert.match((await rejects(first.confirm())).message, /another run has it/);
      await first.release();
      assert.is(holderIn(store), 'b');
      await second.release();
    }));

  test('is uncertain while the cluster does not answer at all: no step is begun, and whose it is turns out then', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a', { times: short });
      let hanging = true;
      store.before = (method, at) => (hanging && method === 'PUT' && at === path ? new Promise(() => {}) : undefined);
      await sleep(short.duration);
      let known = false;
      const confirmed = first.confirm().then(() => {
        known = true;
      });
      await sleep(short.duration);
      assert.equal([known, first.lost.aborted], [false, false]);
      hanging = false;
      await confirmed;
      assert.is(holderIn(store), 'a');
      await first.release();
      assert.is((await acquire(store, 'b', { times: short })).inherited, false);
    }));

  test('is not taken for free because the cluster did not answer those who wait, either', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a', { times: short });
      const second = acquire(store, 'b', { times: short });
      store.before = (_, at) => (at === path ? 503 : undefined);
      await sleep(2 * short.duration);
      store.before = () => undefined;
      await first.confirm(true);
      await first.release();
      assert.equal([(await second).inherited, (await second).fence], [false, 2]);
      await (await second).release();
    }));

  test('is given up as unknown when the cluster does not answer for very long', () =>
    withObjectStore(async (store) => {
      const first = await acquire(store, 'a', { times: { ...short, patience: 300 } });
      store.before = (_, at) => (at === path ? 503 : undefined);
      const error = (await rejects(first.confirm(true))) as PipelineError;
      assert.equal([error.code, error.message], ['CLUSTER', 'the cluster has not answered for 0.3 s']);
      await first.release();
    }));

  test('is asked for afresh after the machine was suspended, though no time has passed for its timers', () =>
    withObjectStore(async (store) => {
      let suspended = 0;
      const api = store.kube.makeApiClient(CoordinationV1Api);
      const body = { metadata: { name: 'shop-delivery' }, spec: { holderIdentity: 'a', leaseTransitions: 1 } };
      const taken = await api.createNamespacedLease({ namespace: 'shop', body });
      const clock = () => performance.now() + suspended;
      const slow = { ...times, beat: 1_500, duration: 60_000 };
      const first = holdLease(api, 'shop', taken, clock(), slow, clock);
      const spec = Object.assign({}, taken.spec, { holderIdentity: 'b', leaseTransitions: 2 });
      const other = Object.assign({}, taken, { spec });
      await api.replaceNamespacedLease({ name: 'shop-delivery', namespace: 'shop', body: other });
      await first.confirm();
      suspended = 120_000;
      assert.match((await rejects(first.confirm())).message, /another run has it/);
      assert.is(first.lost.aborted, true);
    }));

  test('waits for what Helm does elsewhere in the name of one that died, but not for ever', () =>
    withObjectStore(async (store) => {
      await acquire(store, 'a', { times: short });
      store.before = notOf('a');
      let asked = 0;
      const isPending = async () => ++asked < 5;
      const second = await acquire(store, 'b', { times: { ...short, settleElsewhere: 20_000 }, isPending });
      assert.equal([second.inherited, asked], [true, 5]);
      await second.release();
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
      store.before = notOf('a');
      const second = await acquire(store, 'b', { wait: false, times: short });
      assert.is(second.inherited, true);
      await Promise.all([first.release(), second.release()]);
    }));
}, 90_000);

function holderIn({ objects }: ObjectStore): unknown {
  return (objects.get(path)?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;
}

/** Lets nothing through that a run writes into the lease: it has died, or its network has. */
function notOf(run: string): ObjectStore['before'] {
  return (method, at, body) =>
    method === 'PUT' && at === path && body.includes(`"holderIdentity":"${run}"`) ? 500 : undefined;
}
