import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../../core/errors.ts';
import { ledgerStore } from '../../../../release/ledger/store.ts';
import type { Lease } from '../../../../release/lock/heldLease.ts';
import { currentHolder } from '../../../../release/lock/holder.ts';
import { describe, rejects } from '../../../harness.ts';
import { withObjectStore } from '../../kube/objectStore.ts';
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
}, 90_000);
