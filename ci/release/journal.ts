import { append, type Entry, type Ledger, type NewEntry, type Operation, type Phase } from './ledger/ledger.ts';
import type { LedgerStore } from './ledger/store.ts';
import type { Lease } from './lock/lease.ts';

/**
 * The ledger in the hands of the one who holds the lease. An operation is opened before the first change, its phase is
 * written before each step, and it is closed together with the entry that says how it ended: whoever dies in between has
 * told the next run what to finish.
 */
export interface Book {
  lease: Lease;
  read(): Promise<Ledger>;
  /** Opens an operation. */
  begin(operation: Operation): Promise<void>;
  /** Writes down what comes next. */
  phase(phase: Phase): Promise<void>;
  /** Adds an entry; the operation stays open, at this phase, or is closed with null. */
  write(entry: NewEntry, next: Phase | null): Promise<Entry>;
  /** Closes an operation that has changed nothing. */
  abandon(): Promise<void>;
}

/** Opens the ledger for writing. Each call throws LEASE_LOST when somebody else has taken over. */
export function openBook(store: LedgerStore, lease: Lease): Book {
  const update = (change: (ledger: Ledger) => Ledger) => {
    lease.assertHeld();
    return store.update(lease.fence, change);
  };
  const at = (operation: Operation | null, phase: Phase) => operation && { ...operation, phase };
  return {
    lease,
    read: () => store.read(),
    async begin(operation) {
      await update((ledger) => ({ ...ledger, operation }));
    },
    async phase(phase) {
      await update((ledger) => ({ ...ledger, operation: at(ledger.operation, phase) }));
    },
    async write(entry, next) {
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

/** Characters of a reason: the ledger has to fit into one ConfigMap. */
const longestReason = 1_000;

/** What an operation becomes when it has ended. */
export function entryOf(
  operation: Operation,
  ended: Pick<NewEntry, 'kind' | 'outcome' | 'revision'> & Partial<NewEntry>,
): NewEntry {
  const { phase: _phase, before: _before, ...rest } = operation;
  const reason = ended.reason === undefined ? {} : { reason: ended.reason.slice(0, longestReason) };
  return { ...rest, endedAt: new Date().toISOString(), ...ended, ...reason };
}
