/** What the overlay says of an app's settings. */
export interface AppSettings {
  /** What it changes to make them fit for a cluster: `SETTING: why`. */
  overrides: string[];
  /** Environment variables without which they do not load, each with the value that stood in for it. */
  variables: Record<string, string>;
  /** The one that Django uses unless told otherwise, null without one. What the settings do not say is ''. */
  database: Database | null;
}

export interface Database {
  /** A dotted name, such as `django.db.backends.postgresql`. */
  engine: string;
  host: string;
  port: string;
  user: string;
}

/**
 * Reads what `python -m pipeline_django` prints.
 * @param json `{"overrides": [{"setting": "DEBUG", "why": "was on"}], "variables": {"SHOP_KEY": "0"}, "database": null}`
 */
export function parseSettings(json: string): AppSettings {
  const { overrides, ...others } = JSON.parse(json) as Omit<AppSettings, 'overrides'> & {
    overrides: { setting: string; why: string }[];
  };
  return { overrides: overrides.map(({ setting, why }) => `${setting}: ${why}`), ...others };
}
