import type { Client, Container, Directory } from '@dagger.io/dagger';
import type { App } from '../app/detectApp.ts';
import type { Images } from '../core/images.ts';
import { root } from '../core/program.ts';
import { buildContext, forTests, genericDockerfile } from './buildContext.ts';
import { labels, type Origin } from './names.ts';
import { pythonImage } from './pythonImage.ts';

/** Images of the same app, unevaluated. */
export interface AppContainers {
  /** To be deployed; from our Dockerfile, with the virtual environment of this stage, or else of `application`. See runtimeImage. */
  runtime: (venv?: 'dependencies') => Container;
  /** With the app and all that was needed to make it; null when it has a Dockerfile of its own. */
  application: Container | null;
  /** As `runtime`, with what only the tests need. */
  test: Container;
  /** A remark for the report. */
  note?: string;
}

/** What is built: files in the engine, and what labels say of them. */
export interface BuildSource extends Origin {
  directory: Directory;
  app: App;
}

/**
 * Both images come from the app's own Dockerfile as far as it goes, else from this repository's.
 * @param repository path of this repository on the host
 */
export function appContainers(
  { dag, images }: { dag: Client; images: Pick<Images, 'python'> },
  source: BuildSource,
  repository = root,
): AppContainers {
  const { directory, app } = source;
  const python = pythonImage(images.python, app);
  const known = { PYTHON_IMAGE: python.reference, APP_DIR: app.dir, SETTINGS_MODULE: app.settingsModule ?? '' };
  const generic = (target: string, more: Record<string, string> = {}): Container => {
    const buildArgs = Object.entries({ ...known, ...more }).map(([name, value]) => ({ name, value }));
    const ignored = target === 'test' ? forTests(app.dockerignore) : app.dockerignore;
    return buildContext(dag, directory, app, repository, ignored).dockerBuild({
      dockerfile: genericDockerfile,
      target,
      buildArgs,
    });
  };

  const own = app.dockerfile;
  const runtime = (venv?: string): Container =>
    (own
      ? directory.dockerBuild({ dockerfile: own.path })
      : generic('runtime', venv === undefined ? {} : { VENV: venv })
    ).with(labels(source));
  const application = own ? null : generic('application');
  const test = own?.testTarget ? directory.dockerBuild({ dockerfile: own.path, target: 'test' }) : generic('test');
  const note = own ? undefined : python.note;
  return { runtime, application, test, ...(note !== undefined && { note }) };
}

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
