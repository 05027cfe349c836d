import * as assert from 'uvu/assert';
import type { PipelineError } from '../../../../core/errors.ts';
import { decodeRecord } from '../../../../helm/storage.ts';
import { entryOf, openJournal } from '../../../../release/journal.ts';
import { archiveRevision, hasRevision, placeFor, reinstateRevision } from '../../../../release/ledger/archive.ts';
import { append, emptyLedger, identityOf } from '../../../../release/ledger/ledger.ts';
import { ledgerStore } from '../../../../release/ledger/store.ts';
import { describe, rejects } from '../../../harness.ts';
import { withObjectStore } from '../../kube/objectStore.ts';
import { recordObject } from '../fakeHelm.ts';
import { attempt, heldLease, ledgerOf, operation } from '../fakeLedger.ts';

describe('the ledger in the cluster', (test) => {
  test('loses no entry of many writers, and holds none twice', () =>
    withObjectStore(async ({ kube }) => {
      const store = ledgerStore({ kube, namespace: 'shop', release: 'shop' });
      assert.equal(await store.read(), emptyLedger);
      const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
      await Promise.all(keys.map((key) => store.update(1, (ledger) => append(ledger, attempt(key, 'failed')))));
      const { entries } = await store.read();
      assert.equal(entries.map(({ key }) => key).sort(), [...keys].sort());
      assert.equal(
        entries.map(({ number }) => number),
        keys.map((_, index) => index + 1),
      );
    }));

  test('does not listen to a holder that was replaced', () =>
    withObjectStore(async ({ kube }) => {
      const store = ledgerStore({ kube, namespace: 'shop', release: 'shop' });
      await store.update(2, (ledger) => append(ledger, attempt('new', 'verified')));
      const error = await rejects(store.update(1, (ledger) => append(ledger, attempt('old', 'verified'))));
      assert.is((error as PipelineError).code, 'LEASE_LOST');
      assert.equal(
        (await store.read()).entries.map(({ key }) => key),
        ['new'],
      );
    }));

  test('is asked for again when the cluster does not answer', () =>
    withObjectStore(async (store) => {
      const statuses = [503, 429, 500, 504];
      store.before = () => statuses.shift();
      const ledger = ledgerStore({ kube: store.kube, namespace: 'shop', release: 'shop' }, [1, 1, 1, 1]);
      await ledger.update(1, (read) => append(read, attempt('a', 'verified')));
      assert.equal(statuses, []);
      statuses.push(403);
      await rejects(ledger.read(), /403/);
      assert.is((await ledger.read()).entries.length, 1);
    }));

  test('holds an entry once whose answer was lost, though it is sent again', () =>
    withObjectStore(async (store) => {
      const ledger = ledgerStore({ kube: store.kube, namespace: 'shop', release: 'shop' }, [1, 1]);
      for (const key of ['a', 'b']) {
        let lost = 1;
        store.after = (method) => (method !== 'GET' && lost-- > 0 ? 500 : undefined);
        const { entries } = await ledger.update(1, (read) => append(read, attempt(key, 'verified')));
        assert.is(entries.at(-1)?.key, key);
      }
      assert.equal(
        (await ledger.read()).entries.map(({ key }) => key),
        ['a', 'b'],
      );
    }));

  test('is not written over when it is something else', () =>
    withObjectStore(async ({ kube, objects }) => {
      const path = '/api/v1/namespaces/shop/configmaps/shop-ledger';
      objects.set(path, {
        metadata: { name: 'shop-ledger', resourceVersion: '1' },
        data: { 'ledger.json': '{"version":2}' },
      });
      const error = await rejects(
        ledgerStore({ kube, namespace: 'shop', release: 'shop' }).update(1, (ledger) => ledger),
      );
      assert.is((error as PipelineError).code, 'LEDGER');
    }));
}, 60_000);

describe('the journal', (test) => {
  test('tells at each moment what is under way', () =>
    withObjectStore(async ({ kube }) => {
      const store = ledgerStore({ kube, namespace: 'shop', release: 'shop' });
      const journal = openJournal(store, heldLease(1));
      await journal.begin(operation('a', { before: 3 }));
      await journal.phase('wait');
      assert.equal([(await store.read()).operation?.phase, (await store.read()).operation?.before], ['wait', 3]);
      const failed = entryOf(operation('a'), { kind: 'deploy', outcome: 'failed', revision: 4, reason: 'no' });
      assert.is((await journal.record(failed, 'rollback')).number, 1);
      assert.is((await store.read()).operation?.phase, 'rollback');
      await journal.record(attempt('b', 'verified'), null);
      const { operation: open, entries } = await store.read();
      assert.is(open, null);
      assert.equal(
        entries.map(({ key, outcome }) => `${key} ${outcome}`),
        ['a failed', 'b verified'],
      );
      assert.equal(
        entries.map(({ phase }) => phase),
        ['wait', 'rollback'],
      );
    }));
}, 60_000);

describe('an entry made of an earlier one', (test) => {
  test('has a number of its own', () => {
    const [first] = ledgerOf('a+').entries;
    assert.ok(first);
    assert.equal(
      append(ledgerOf('a+', 'b-'), first).entries.map(({ number }) => number),
      [1, 2, 3],
    );
    assert.equal(Object.keys(identityOf(first)).sort(), ['chart', 'chartHash', 'commit', 'image', 'key', 'valuesHash']);
    const origin = { at: 7, ancestors: ['c'] };
    assert.equal(identityOf({ ...first, origin }).origin, origin);
  });
}, 60_000);

describe('a kept revision', (test) => {
  const where = (kube: Parameters<typeof archiveRevision>[0]['kube']) => ({ kube, namespace: 'shop', release: 'shop' });
  const secrets = '/api/v1/namespaces/shop/secrets';
  const path = (version: number) => `${secrets}/sh.helm.release.v1.shop.v${version}`;
  const helms = (version: number, manifest = 'x') => recordObject({ version, info: { status: 'deployed' }, manifest });

  test('comes back when Helm has forgotten it', () =>
    withObjectStore(async ({ kube, objects }) => {
      objects.set(path(4), helms(4));
      const { entries } = ledgerOf('a+');
      const kept = await archiveRevision(where(kube), { key: 'a', revision: 4 }, entries);
      const entry = { key: 'a', revision: 4, ...kept };
      assert.is(await reinstateRevision(where(kube), entry), 4);
      objects.delete(path(4));
      objects.set(path(9), helms(9, 'y'));
      assert.is(await reinstateRevision(where(kube), entry), 4);
      const back = objects.get(path(4));
      assert.ok(back);
      assert.equal(back.metadata.labels, { owner: 'helm', name: 'shop', status: 'superseded', version: '4' });
      assert.is(back['type'], 'helm.sh/release.v1');
      const record = decodeRecord((back['data'] as { release: string }).release);
      assert.equal(record, { version: 4, info: { status: 'superseded' }, manifest: 'x' });
    }));

  test('has the date that the server gave it when Helm began, not that of a copy', () =>
    withObjectStore(async ({ kube, objects }) => {
      const { metadata, ...rest } = helms(4);
      const dated = { ...metadata, creationTimestamp: '2026-01-01T12:00:00Z' };
      objects.set(path(4), { ...rest, metadata: dated });
      const { begunAt } = await archiveRevision(where(kube), { key: 'a', revision: 4 }, ledgerOf('a+').entries);
      assert.is(begunAt, '2026-01-01T12:00:00.000Z');
    }));

  test('is missed where there is none', () =>
    withObjectStore(async ({ kube }) =>
      assert.is(await reinstateRevision(where(kube), { key: 'a', revision: 4 }), null),
    ));

  test('is not mistaken for another that has its number now', () =>
    withObjectStore(async ({ kube, objects }) => {
      objects.set(path(2), helms(2));
      const kept = await archiveRevision(where(kube), { key: 'a', revision: 2 }, ledgerOf('a+').entries);
      const entry = { key: 'a', revision: 2, ...kept };
      // Uninstalled by hand, and installed and upgraded anew.
      objects.set(path(1), helms(1, 'y'));
      objects.set(path(2), helms(2, 'z'));
      assert.is(await hasRevision(where(kube), entry), false);
      assert.is(await hasRevision(where(kube), { revision: 2 }), true);
      const manifests = () =>
        [1, 2, 3, 4].map((version) => {
          const data = objects.get(path(version))?.['data'] as { release: string } | undefined;
          return data && decodeRecord(data.release).manifest;
        });
      assert.is(await reinstateRevision(where(kube), entry), 3);
      assert.equal(manifests(), ['y', 'z', 'x', 'z']);
    }));

  test('takes a free number below the newest, which Helm compares it with', () => {
    assert.equal(placeFor(3, [8, 7, 6]), { version: 3, top: null });
    assert.equal(placeFor(7, [8, 7, 5]), { version: 6, top: null });
    assert.equal(placeFor(9, [3, 1]), { version: 2, top: null });
    assert.equal(placeFor(3, []), { version: 3, top: null });
    assert.equal(placeFor(3, [1]), { version: 2, top: { of: 1, version: 3 } });
    assert.equal(placeFor(1, [2, 1]), { version: 3, top: { of: 2, version: 4 } });
  });

  test('makes way when it is none of the last verified', () =>
    withObjectStore(async ({ kube, objects }) => {
      const keys = ['a', 'b', 'c', 'd', 'e'];
      for (const [index, key] of keys.entries()) {
        objects.set(`${secrets}/sh.helm.release.v1.shop.v${index}`, helms(index));
        const before = ledgerOf(...keys.slice(0, index).map((each) => `${each}+`));
        await archiveRevision(where(kube), { key, revision: index }, before.entries);
      }
      const kept = [...objects.keys()].filter((path) => path.includes('-kept-')).map((path) => path.slice(-1));
      assert.equal(kept.sort(), ['c', 'd', 'e']);
    }));
}, 60_000);
