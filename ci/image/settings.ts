import { type Container, ReturnType } from '@dagger.io/dagger';
import type { Step } from '../core/context.ts';

/**
 * Asks the overlay what it makes of an app's settings.
 * @param image one in which the overlay can be imported
 * @param environment what the app finds in its environment
 * @returns or, in one line, why they do not load
 */
export async function askSettings(
  image: Container,
  environment: Record<string, string>,
): Promise<AppSettings | { problem: string }> {
  const asked = image
    .with(withVariables(environment))
    .withExec(['python', '-m', 'pipeline_django'], { expect: ReturnType.Any });
  if ((await asked.exitCode()) === 0) return parseSettings(await asked.stdout());
  const [problem = ''] = (await asked.stderr()).trim().split('\n').slice(-1);
  return { problem };
}

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

/** Sets environment variables, values by name. */
export function withVariables(values: Record<string, string>): Step {
  return (ctr) => Object.entries(values).reduce((set, [name, value]) => set.withEnvVariable(name, value), ctr);
}
