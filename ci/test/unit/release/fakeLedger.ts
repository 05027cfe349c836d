import type { Entry, Ledger, NewEntry, Operation } from '../../../release/ledger/ledger.ts';
import { append, emptyLedger } from '../../../release/ledger/ledger.ts';
import type { Lease } from '../../../release/lock/heldLease.ts';

/** An attempt to release `key`, with nothing special about it. */
export function attempt(key: string, outcome: Entry['outcome'], more: Partial<NewEntry> = {}): NewEntry {
  return {
    kind: 'deploy',
    outcome,
    key,
    commit: `commit-of-${key}`,
    image: `registry.example.com/shop@sha256:${key}`,
    chart: 'django-app-0.1.0',
    chartHash: 'c',
    valuesHash: 'v',
    revision: 1,
    run: 'r',
    by: 'ann',
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: '2026-01-02T03:05:05.000Z',
    ...more,
  };
}

/** A ledger of attempts such as `a+` (verified), `a-` (failed), `a?` (unverified), `a!` (interrupted). */
export function ledgerOf(...attempts: string[]): Ledger {
  const outcomes = { '+': 'verified', '-': 'failed', '?': 'unverified', '!': 'interrupted' } as const;
  return attempts.reduce((ledger, text, index) => {
    const outcome = outcomes[text.slice(-1) as keyof typeof outcomes];
    return append(ledger, attempt(text.slice(0, -1), outcome, { revision: index + 1 }));
  }, emptyLedger);
}

export function operation(key: string, more: Partial<Operation> = {}): Operation {
  const { kind: _, outcome: __, revision: ___, endedAt: ____, ...rest } = attempt(key, 'failed');
  return { ...rest, phase: 'upgrade', before: 0, ...more };
}

/** A lease that is never lost. */
export function heldLease(fence: number): Lease {
  return {
    fence,
    lost: new AbortController().signal,
    inherited: false,
    assertHeld: () => {},
    confirm: async () => {},
    release: async () => {},
  };
}
