import type { ReleaseContext } from '../core/context.ts';
import { type ErrorCode, PipelineError } from '../core/errors.ts';
import { testSuites } from '../helm/helm.ts';
import type { ReleaseClient } from './client.ts';
import {
  append,
  type Entry,
  type Ledger,
  type NewEntry,
  type Operation,
  type Phase,
  type Target,
} from './ledger/ledger.ts';
import type { LedgerStore } from './ledger/store.ts';
import type { Lease } from './lock/heldLease.ts';
import { worker } from './lock/holder.ts';
import { checksIn, failedChecks } from './rollout/testLogs.ts';

/**
 * The ledger in the hands of the one who holds the lease. An operation is opened before the first change, its phase is
 * written before each step, and it is closed together with the entry that says how it ended: whoever dies in between has
 * told the next run what to finish.
 */
export interface Journal {
  lease: Lease;
  read(): Promise<Ledger>;
  /** Opens an operation. */
  begin(operation: Operation): Promise<void>;
  /**
   * Writes down what comes next.
   * @param revision the number that Helm will give to it, where it makes one; null where that is not known yet
   */
  phase(phase: Phase, revision?: number | null): Promise<void>;
  /** Adds an entry; the operation stays open, at this phase, or is closed with null. */
  record(entry: NewEntry, next: Phase | null): Promise<Entry>;
  /** Closes an operation that has changed nothing. */
  abandon(): Promise<void>;
}

/** What works on a release gets while it holds the lease. */
export type HeldRelease = ReleaseContext & { journal: Journal; client: ReleaseClient };

/**
 * Opens the ledger for writing. Each call throws LEASE_LOST when somebody else has taken over.
 *
 * What is under way is remembered here, too: while we hold the lease nobody else may close it, so that a ledger without it was deleted
 * by hand, and what was begun is to be undone all the same.
 */
export function openJournal(store: LedgerStore, lease: Lease): Journal {
  let open: Operation | null = null;
  const known = (ledger: Ledger): Ledger => ({ ...ledger, operation: ledger.operation ?? open });
  const update = async (change: (ledger: Ledger) => Ledger): Promise<Ledger> => {
    await lease.confirm();
    // What was done is written down, however long it takes: a run that forgets it would undo what it has finished.
    const untilBack = () => lease.confirm(true);
    const written = await store.update(lease.fence, (ledger) => change(known(ledger)), untilBack);
    open = written.operation;
    return written;
  };
  const at = (operation: Operation | null, phase: Phase) => operation && { ...operation, phase };
  return {
    lease,
    async read() {
      const ledger = known(await store.read());
      open = ledger.operation;
      return ledger;
    },
    async begin(operation) {
      await update((ledger) => ({ ...ledger, operation }));
    },
    async phase(phase, revision) {
      await update(({ operation, ...ledger }) => {
        if (!operation) return { ...ledger, operation };
        const { revision: known, ...rest } = operation;
        const made = revision === undefined ? known : (revision ?? undefined);
        return { ...ledger, operation: { ...rest, phase, ...(made !== undefined && { revision: made }) } };
      });
    },
    async record(entry, next) {
      const written = await update((ledger) => ({
        ...append(ledger, entry),
        operation: next && at(ledger.operation, next),
      }));
      return written.entries.at(-1) as Entry;
    },
    async abandon() {
      await update((ledger) => ({ ...ledger, operation: null }));
    },
  };
}

/** Characters of a reason, be it ours or that of --retry: the ledger has to fit into one ConfigMap. */
export const longestReason = 1_000;

/** Who begins an operation, and when. */
export function begunBy({
  config,
  runId,
}: Pick<ReleaseContext, 'config' | 'runId'>): Pick<Operation, 'run' | 'by' | 'startedAt'> {
  return { run: runId, by: worker(config.buildNumber), startedAt: new Date().toISOString() };
}

/** What an operation becomes when it has ended. */
export function entryOf(
  operation: Operation,
  ended: Pick<NewEntry, 'kind' | 'outcome' | 'revision'> & Partial<NewEntry>,
): NewEntry {
  const { phase: _phase, before: _before, live: _live, revision: _revision, ...rest } = operation;
  const reason = ended.reason === undefined ? {} : { reason: ended.reason.slice(0, longestReason) };
  const retry = rest.retry === undefined ? {} : { retry: rest.retry.slice(0, longestReason) };
  return { ...rest, ...retry, endedAt: new Date().toISOString(), ...ended, ...reason };
}

/**
 * Writes down that a release is live, and closes the operation that made it so. It is verified by the tests that it has passed. A copy
 * of it is kept.
 * @param suites names of the tests that passed; none: its chart has no tests, or the reason says what else was not proven
 * @returns the entry
 */
export async function recordLive(
  ctx: HeldRelease,
  operation: Operation,
  live: Pick<NewEntry, 'kind' | 'revision' | 'reason' | 'tests'>,
  suites: string[],
): Promise<Entry> {
  const outcome = suites.length > 0 ? 'verified' : 'unverified';
  const mark = await markOf(ctx.client, live.revision);
  const entry = { ...entryOf(operation, { outcome, ...testsOf(suites), ...live }), ...mark };
  const kept = await ctx.client.archive(entry, (await ctx.journal.read()).entries);
  return ctx.journal.record({ ...entry, ...kept }, null);
}

/**
 * For an entry: what its revision is known by, whatever number somebody gives it by hand, and though Helm gives its number to another one.
 * Never throws: it is no reason not to go on.
 * @param revision Helm's, null where there is none
 */
export async function markOf(client: ReleaseClient, revision: number | null): Promise<Pick<Entry, 'manifestHash'>> {
  if (revision === null) return {};
  const { manifestHash } = await client.identify(revision, []).catch((): Partial<Target> => ({}));
  return manifestHash ? { manifestHash } : {};
}

/** Tests that a release does not pass. */
const tested: readonly ErrorCode[] = ['VERIFY', 'SCHEMA', 'AHEAD'];

/** What was seen of the release itself: it does not come up, is not what was meant, or does not pass its tests. */
const seen: readonly ErrorCode[] = ['DEPLOY', 'NOT_AS_MEANT', ...tested];

/**
 * What a failure says of the release: `failed` when it was seen to be bad, so that it is not tried again. Anything else, such as a
 * cluster that gives no answer, says nothing about it: the operation was `interrupted`.
 */
export function outcomeOf(failure: unknown): 'failed' | 'interrupted' {
  return failure instanceof PipelineError && seen.includes(failure.code) ? 'failed' : 'interrupted';
}

/** For an entry of the ledger: what came of `helm test`, by the names of the tests that passed. */
export function testsOf(passed: string[]): Required<Pick<Entry, 'tests'>> {
  return { tests: { result: passed.length > 0 ? 'passed' : 'none', names: passed } };
}

/** The same of a failure; nothing when it was another than that of the tests. */
export function failedTests(failure: unknown): Pick<Entry, 'tests'> {
  if (!(failure instanceof PipelineError) || !tested.includes(failure.code)) return {};
  const checks = failedChecks(checksIn(failure.details));
  return { tests: { result: 'failed', names: checks.length > 0 ? checks : testSuites(failure.details) } };
}
