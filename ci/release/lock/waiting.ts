import { byBuild, byHistory, type Candidate } from '../ledger/origin.ts';

/** A run that waits for the lease. */
export interface Waiter extends Candidate {
  run: string;
  by: string;
  /** When it began to wait, and when it last gave a sign of life; milliseconds since 1970, by its own clock. */
  since: number;
  seen: number;
}

/** What a run has written into the queue, as it was seen. */
export interface Observation {
  text: string;
  /** When it was first seen so, by our own clock. */
  at: number;
  /** It was something else before: whoever wrote it lives. */
  changed: boolean;
  /** It is there still. */
  there: boolean;
}

/** By run. */
export type Observations = ReadonlyMap<string, Observation>;

/** Adds a look at the queue to those before. What has left is remembered: it may have taken the lease. */
export function observe(before: Observations, data: Readonly<Record<string, string>>, now: number): Observations {
  const gone = [...before].map(([run, observation]): [string, Observation] => [run, { ...observation, there: false }]);
  const seen = Object.entries(data).map(([run, text]): [string, Observation] => {
    const known = before.get(run);
    if (known?.text === text) return [run, { ...known, there: true }];
    return [run, { text, at: now, changed: known !== undefined, there: true }];
  });
  return new Map([...gone, ...seen]);
}

/**
 * Of all that wait, the one with the newest commit, unless that is ourselves, or known to come before ours. It must have been seen alive:
 * to leave the release to one that has died would leave it to nobody. Clocks of other machines are not relied on for that.
 * @param holder the run that holds the lease: it has just waited itself, and lives
 * @param alive milliseconds without a sign of life after which a waiter counts as dead
 */
export function newerWaiter(
  observations: Observations,
  me: Waiter,
  holder: string,
  now: number,
  alive: number,
): Waiter | null {
  const newer = [...observations].flatMap(([run, observation]): Waiter[] => {
    const lives = run === holder || (observation.there && observation.changed && now - observation.at < alive);
    const waiter = lives && run !== me.run ? parsed(observation.text) : null;
    return waiter && order(waiter, me) > 0 && mayLeaveTo(waiter, me) ? [waiter] : [];
  });
  return newer.sort(order).at(-1) ?? null;
}

/** Those that gave no sign of life for so long while we looked. */
export function deadWaiters(observations: Observations, now: number, alive: number): string[] {
  return [...observations].flatMap(([run, { there, at }]) => (there && now - at >= alive ? [run] : []));
}

/**
 * By the commits' dates, then by arrival: never equal, and never in a circle, in which each would leave it to another. So what is known
 * for certain is no part of it: it only keeps a run from leaving.
 */
function order(a: Waiter, b: Waiter): number {
  return a.at - b.at || a.since - b.since || (a.run < b.run ? -1 : 1);
}

/**
 * Dates come from the clocks of those who committed; history and the order of builds do not. And a commit is not left out for changes
 * that are in none: no later run would bring both.
 */
function mayLeaveTo(other: Candidate, me: Candidate): boolean {
  if (other.uncommitted && !me.uncommitted) return false;
  return (byHistory(other, me) ?? byBuild(other, me) ?? 0) >= 0;
}

function parsed(text: string): Waiter | null {
  try {
    return JSON.parse(text) as Waiter;
  } catch {
    return null;
  }
}
