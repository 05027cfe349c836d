/** What can start a run, the most demanding first. */
export const triggers = ['person', 'push', 'poll', 'cron'] as const;

/** What started a run. */
export interface Trigger {
  kind: (typeof triggers)[number];
  /** The person, as far as known. */
  by?: string;
}

/** Who pushed is told by the commit: only a person who asked for the run itself is named. */
export function named(kind: Trigger['kind'], by: string | undefined, server: string): Trigger {
  return kind === 'person' ? { kind, by: `${by || 'somebody'} (${server})` } : { kind };
}
