/** What the overlay says of an app's settings. */
export interface AppSettings {
  /** What it changes to make them fit for a cluster: `SETTING: why`. */
  overrides: string[];
  /** Environment variables without which they do not load, each with the value that stood in for it. */
  variables: Record<string, string>;
}

/**
 * Reads what `python -m pipeline_django` prints.
 * @param json `{"overrides": [{"setting": "DEBUG", "why": "was on"}], "variables": {"SHOP_KEY": "0"}}`
 */
export function parseSettings(json: string): AppSettings {
  const { overrides, variables } = JSON.parse(json) as {
    overrides: { setting: string; why: string }[];
    variables: Record<string, string>;
  };
  return { overrides: overrides.map(({ setting, why }) => `${setting}: ${why}`), variables };
}
