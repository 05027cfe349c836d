import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { PipelineError } from '../../../../core/errors.ts';
import { describe, rejects } from '../../../harness.ts';
import { withObjectStore } from '../../kube/objectStore.ts';
import { acquire, isQueued, queued, queuePath, times } from './acquiring.ts';

describe('the lease, when several wait for it', (test) => {
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
