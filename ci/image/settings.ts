import { type Container, ReturnType } from '@dagger.io/dagger';
import { type AppSettings, parseSettings } from './parseSettings.ts';
import { withVariables } from './withVariables.ts';

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
