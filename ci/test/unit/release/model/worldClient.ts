import { PipelineError } from '../../../../core/errors.ts';
import type { ReleaseClient } from '../../../../release/client.ts';
import { placeFor } from '../../../../release/ledger/archive.ts';
import { type Entry, identify, type Ledger } from '../../../../release/ledger/ledger.ts';
import type { LedgerStore } from '../../../../release/ledger/store.ts';
import type { Lease } from '../../../../release/lock/heldLease.ts';
import type { Changed } from '../../../../release/rollout/helmOperation.ts';
import type { Points } from './faults.ts';
import type { Judge } from './judge.ts';
import { hashOf, type Revision, type World } from './world.ts';

/** A world as one run sees it: each call may fail before it is carried out, and after. */
export interface Seen {
  client: ReleaseClient;
  store: LedgerStore;
  lease: Lease;
  upgrade: (key: string) => Promise<Changed>;
}

export function seenBy(run: string, world: World, points: Points, judge: Judge): Seen {
  const call = async <T>(work: () => T | Promise<T>): Promise<T> => {
    await points.pass();
    const done = await work();
    await points.pass();
    return done;
  };
  /** Of what never throws. */
  const orElse = <T>(otherwise: T, work: () => T): Promise<T> =>
    call(work).catch((error: unknown) => {
      if (error instanceof PipelineError) return otherwise;
      throw error;
    });
  const isSame = ({ number, key }: Revision, target: { revision: number | null; manifestHash?: string }) =>
    number === target.revision && (target.manifestHash === undefined || target.manifestHash === hashOf(key));
  const has = (target: { revision: number | null; manifestHash?: string }) =>
    world.revisions.some((one) => isSame(one, target));
  /** What Helm does with a revision; dies or goes silent in the middle. */
  const change = async (revision: Revision, undo: boolean): Promise<boolean> => {
    await points.pass();
    if (world.nature(revision.key) === 'hook' && !undo) {
      revision.status = 'failed';
      judge.seenBad(revision.key);
      return false;
    }
    world.apply(revision);
    await points.pass();
    world.complete(revision);
    return true;
  };

  const client: ReleaseClient = {
    history: () => call(() => world.revisions.map(({ number, status }) => ({ revision: number, status }))),
    identify: (revision, entries) =>
      call(() => {
        const found = world.revisions.find(({ number }) => number === revision);
        return identify(revision, found ? hashOf(found.key) : '', entries);
      }),
    isMadeFor: (revision, image) =>
      call(() => image.endsWith(`:${world.revisions.find(({ number }) => number === revision)?.key}`)),
    hasRevision: (target) => call(() => has(target)),
    changedByHand: () => call(() => (world.drifted ? ['changed by hand'] : [])),
    isAvailable: (target) => call(() => has(target) || world.archive.has(target.key)),
    reinstate: (target) =>
      call(() => {
        if (has(target)) return target.revision;
        const kept = world.archive.get(target.key);
        if (!kept) return null;
        if (world.revisions.some(({ number, key }) => number === kept.number && key === kept.key)) return kept.number;
        const taken = world.revisions.map(({ number }) => number).reverse();
        const { version, top } = placeFor(kept.number, taken);
        const newest = world.revisions.find(({ number }) => number === top?.of);
        world.revisions.push({ ...kept, number: version, status: 'superseded' });
        if (top && newest) world.revisions.push({ ...newest, number: top.version });
        world.revisions.sort((a, b) => a.number - b.number);
        return version;
      }),
    archive: (entry, entries) => {
      world.uncopied.add(entry.key);
      return orElse<Partial<Pick<Entry, 'manifestHash'>>>({}, () => {
        world.keep(entry, entries);
        world.uncopied.delete(entry.key);
        const own = world.revisions.find(({ number }) => number === entry.revision);
        return own ? { manifestHash: hashOf(own.key) } : {};
      });
    },
    waitForHooks: () => orElse(undefined, () => undefined),
    rollBack: (number) =>
      call(async () => {
        const from = world.revisions.find((one) => one.number === number);
        if (!from) throw new PipelineError('NOT_RESTORED', `Helm has no revision ${number}`);
        judge.returning(from.key);
        const revision = world.begin(from.key, 'pending-rollback');
        await change(revision, true);
        return revision.number;
      }),
    waitForRevision: () =>
      call(() => {
        if (world.nature(world.runs) !== 'crashing') return;
        judge.seenBad(world.runs ?? '');
        throw new PipelineError('DEPLOY', 'it crashes');
      }),
    assertRunsImage: (image) =>
      call(() => {
        if (image === '' || image.endsWith(`:${world.runs}`)) return;
        throw new PipelineError('NOT_AS_MEANT', `what runs is ${world.runs}, not ${image}`);
      }),
    async test() {
      await points.passTest();
      const nature = world.nature(world.runs);
      const key = world.runs ?? '';
      const codes = { failing: 'VERIFY', crashing: 'VERIFY', ahead: 'AHEAD', schema: 'SCHEMA' } as const;
      if (nature in codes) {
        // What comes back to a database that has gone on is not bad by itself.
        if (nature === 'failing' || world.returns === 0) judge.seenBad(key);
        throw new PipelineError(codes[nature as keyof typeof codes], `the tests fail: ${nature}`);
      }
      await points.pass();
      if (nature === 'untested') return [];
      world.tested = { key, run };
      return ['shop-test'];
    },
    uninstall: () =>
      call(async () => {
        await points.pass();
        judge.removing();
        world.revisions = [];
        world.runs = null;
        return 'removed; volumes and secret keys are kept';
      }),
    unlock: () =>
      call(() => {
        const { newest } = world;
        if (newest?.status.startsWith('pending-')) newest.status = 'failed';
      }),
    describeLive: () => orElse('unknown', () => `${world.runs}`),
    collectEvidence: () => orElse([], () => ['evidence']),
  };

  const assertHeld = () => {
    if (world.holder !== run) throw new PipelineError('LEASE_LOST', 'another run has it');
  };
  const store: LedgerStore = {
    read: () => call(() => world.ledger),
    async update(fence, changed, untilBack) {
      let sent: Ledger | null = null;
      const write = () => {
        if (sent && world.ledger === sent) return sent;
        if (world.ledger.fence > fence) throw new PipelineError('LEASE_LOST', 'another run has taken over');
        const written: Ledger = { ...changed(world.ledger), fence };
        judge.writing(world.ledger, written, run);
        world.ledger = written;
        sent = written;
        return written;
      };
      for (;;) {
        try {
          return await call(write);
        } catch (error) {
          if (!untilBack || !(error instanceof PipelineError) || error.code !== 'CLUSTER') throw error;
          await untilBack();
        }
      }
    },
  };
  const lease: Lease = {
    ...{ fence: world.fence, lost: new AbortController().signal, inherited: false, assertHeld },
    confirm: async () => assertHeld(),
    release: async () => {},
  };

  const upgrade = (key: string) =>
    call(async (): Promise<Changed> => {
      const answer = { stdout: '', lines: [], evidence: [] };
      const { newest } = world;
      // As Helm says it.
      if (newest?.status.startsWith('pending-'))
        return { ...answer, exitCode: 1, why: 'another operation (install/upgrade/rollback) is in progress' };
      const revision = world.begin(key, newest ? 'pending-upgrade' : 'pending-install');
      const well = await change(revision, false);
      return { ...answer, exitCode: well ? 0 : 1, why: well ? '' : 'a hook failed' };
    });
  return { client, store, lease, upgrade };
}
