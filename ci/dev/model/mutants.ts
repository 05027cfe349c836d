/** A mistake that a person could make in what decides about releases. */
export interface Mutant {
  name: string;
  /** Below `ci/`. */
  file: string;
  from: string;
  to: string;
}

/** Each of them goes to the wrong release, loses one, or says what is not true. */
export const mutants: readonly Mutant[] = [
  {
    name: 'only verified releases can be gone back to',
    file: 'release/ledger/ledger.ts',
    from: "return outcome === 'verified' || outcome === 'unverified';",
    to: "return outcome === 'verified';",
  },
  {
    name: 'a cluster that was away is held against the release',
    file: 'release/journal.ts',
    from: "seen.includes(failure.code) ? 'failed' : 'interrupted'",
    to: "seen.includes(failure.code) || failure.code === 'CLUSTER' ? 'failed' : 'interrupted'",
  },
  {
    name: 'what was live before comes after the other releases',
    file: 'release/restore/candidates.ts',
    from: '[live, ...others]',
    to: '[...others, live]',
  },
  {
    name: 'what comes back is not tested',
    file: 'release/restore/restore.ts',
    from: "suites = await steadily(ctx, () => client.test(), ['NOT_TRIED']);",
    to: "suites = ['shop-test'];",
  },
  {
    name: 'the archive keeps nothing but the newest',
    file: 'release/ledger/ledger.ts',
    from: 'export const keptReleases = 3;',
    to: 'export const keptReleases = 0;',
  },
  {
    name: 'a step is not written down before it is taken',
    file: 'stages/deploy.ts',
    from: 'await journal.begin({ ...identity',
    to: 'await Promise.resolve({ ...identity',
  },
  {
    name: 'what failed may be gone back to',
    file: 'release/ledger/ledger.ts',
    from: "return newest?.outcome === 'failed' ? newest : null;",
    to: 'return newest === undefined ? null : null;',
  },
  {
    name: 'a return by hand chooses what is live',
    file: 'commands/rollback.ts',
    from: 'to === undefined ? !live || !isSame(entry, live) : entry.key === key',
    to: 'to === undefined ? !live || isSame(entry, entry) : entry.key === key',
  },
  {
    name: 'everything is removed where there was something before',
    file: 'release/restore/undo.ts',
    from: 'operation.before === 0 && ',
    to: '',
  },
  {
    name: 'a dead run is left as it is',
    file: 'stages/recover.ts',
    from: "if (isGone ? newest?.status !== 'failed' : isLater && newest.status === 'deployed') return 'leave it';",
    to: "if (isGone || isLater || newest) return 'leave it';",
  },
];
