import type { Container } from '@dagger.io/dagger';
import type { AppContainers } from './appContainers.ts';

/** How many files and folders of the virtual environment the app's own sources have changed: settle.py counts them. */
const countFile = '/layer/venv.new';

/**
 * The image to be deployed, as far as Dagger needs not build it. With our Dockerfile, all before its last stage is built: where the
 * environment is the same with the app's sources as before them, it is taken from before, which the engine has had since the
 * dependencies changed last. The image is the same either way.
 * @throws what Dagger throws where the build fails
 */
export async function runtimeImage({ runtime, application }: AppContainers): Promise<Container> {
  const unchanged = application !== null && (await application.file(countFile).contents()) === '0';
  return runtime(unchanged ? 'dependencies' : undefined);
}
