import type { Config } from '../../core/config.ts';
import { sha256, shortCommit } from '../../core/values.ts';

/** Where a source stands among others, as far as the run that delivered it could know. */
export interface Origin {
  /** When it was committed; of what is in no commit, when it was to be delivered. Milliseconds since 1970. */
  at: number;
  /** It was changed since its commit, or has none. */
  uncommitted?: true;
  /** Short names of the commits before it; none in a clone without history. */
  ancestors?: string[];
  /** The build that delivered it, of a build server that started it by itself: then the order of builds is that of the pushes. */
  build?: Build;
}

interface Build {
  /** Stands for the job: only its own builds are counted together. */
  job: string;
  number: number;
}

/** What a run wants to deliver. */
export interface Candidate extends Origin {
  commit: string;
}

/** A release whose origin is not known was delivered by an older version. */
export type Delivered = Pick<Candidate, 'commit'> & Partial<Origin>;

/**
 * How new a source is. A folder without commits, and one that was changed since its last, are as new as can be.
 * @param now milliseconds since 1970
 */
export function candidateOf(
  source: { commit: string; date: string; dirty: boolean; ancestors: string[] },
  config: Pick<Config, 'trigger' | 'buildNumber'>,
  now = Date.now(),
): Candidate {
  const committed = source.dirty ? 0 : Date.parse(source.date);
  const build = buildOf(config);
  return {
    commit: source.commit,
    at: committed || now,
    ...(!committed && { uncommitted: true as const }),
    ...(source.ancestors.length > 0 && { ancestors: source.ancestors }),
    ...(build && { build }),
  };
}

// Of what a person starts the number says when it was asked for, not how new it is.
function buildOf({ trigger, buildNumber }: Pick<Config, 'trigger' | 'buildNumber'>): Build | null {
  const { kind, job } = trigger;
  if (kind === 'person' || job === undefined || !/^\d{1,15}$/.test(buildNumber)) return null;
  return { job: sha256(job).slice(0, 12), number: Number(buildNumber) };
}

/**
 * The order of two sources by their history: negative when the first comes before the second.
 * @returns null when it is not known: they lie on branches beside each other, or too far apart, or a clone had no history
 */
export function byHistory(a: Delivered, b: Delivered): number | null {
  if (contains(a, b)) return 1;
  return contains(b, a) ? -1 : null;
}

/** Changes that are in no commit come after theirs, and nothing is known to come after them. */
function contains(newer: Delivered, older: Delivered): boolean {
  if (older.uncommitted) return false;
  if (newer.uncommitted && newer.commit === older.commit) return true;
  return newer.ancestors?.includes(shortCommit(older.commit)) ?? false;
}

/** The same by the order of builds; null where they are not counted together. */
export function byBuild({ build: a }: Delivered, { build: b }: Delivered): number | null {
  return a && b && a.job === b.job && a.number !== b.number ? a.number - b.number : null;
}
