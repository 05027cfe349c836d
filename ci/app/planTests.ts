import { posix } from 'node:path';
import { type Files, isWithin, readIfAny, upwards } from './files.ts';
import { readToml, table } from './toml.ts';

/** How an app's unit tests are run. */
export interface TestPlan {
  /** `command` is the user's own: what its exit code means is his affair. */
  runner: 'pytest' | 'django' | 'unittest' | 'command';
  /** What a person would type. */
  title: string;
  /** The folder to run in, relative to the source's root. */
  dir: string;
  command: string[];
}

/** The folder in the container where JUnit files are looked for; the environment variable JUNIT_DIR holds it too. */
export const junitDir = '/reports';

/** Runs Django's tests as the settings say, and writes JUnit into JUNIT_DIR. Part of ci/django. */
const djangoRunner = 'pipeline_django.junit.JUnitRunner';

/** The tests of an app in this folder, in this kind of image. */
export interface Testable {
  /** The folder of manage.py. */
  dir: string;
  django: boolean;
  /** The settings module, where manage.py leaves it to the environment. */
  settings?: string | null;
  /** Whether they run in an image that the app's own Dockerfile makes. */
  ownImage: boolean;
}

/**
 * Decides how the tests run: the user's own command, else pytest where it is configured, else `manage.py test`, else unittest.
 * @param own --test-command, run by a shell
 */
export function planTests(files: Files, app: Testable, own: string | undefined): TestPlan {
  if (own !== undefined) return { runner: 'command', title: own, dir: app.dir, command: ['sh', '-c', own] };
  const pytest = pytestDir(files, app.dir);
  if (pytest !== null) {
    // As a module, so that the folder it runs in can be imported from.
    const title = 'python -m pytest';
    return {
      runner: 'pytest',
      title,
      dir: pytest,
      command: [...title.split(' '), `--junitxml=${junitDir}/pytest.xml`],
    };
  }
  if (app.django) {
    const title = 'python manage.py test --noinput';
    const junit = `${title} --testrunner ${djangoRunner}`;
    const settings = app.settings ? ['env', `DJANGO_SETTINGS_MODULE=${app.settings}`] : [];
    return { runner: 'django', title, dir: app.dir, command: [...settings, ...withJunit(junit, title, app.ownImage)] };
  }
  const discover = `discover --start-directory ${unittestStart(files)}`;
  const title = `python -m unittest ${discover}`;
  const junit = `python -m xmlrunner ${discover} --output ${junitDir}`;
  return { runner: 'unittest', title, dir: '.', command: withJunit(junit, title, app.ownImage) };
}

/** xmlrunner, which writes JUnit for Django and unittest, is in our image. In another it may be. */
function withJunit(junit: string, plain: string, ownImage: boolean): string[] {
  if (!ownImage) return junit.split(' ');
  return ['sh', '-c', `if python -c 'import xmlrunner' 2>/dev/null; then exec ${junit}; else exec ${plain}; fi`];
}

/** The folder of pytest's configuration, nearest first; with a conftest.py alone, the folder around all tests. */
function pytestDir(files: Files, dir: string): string | null {
  const configured = upwards(dir).find((folder) => configuresPytest(files, folder));
  if (configured !== undefined) return configured;
  const conftests = files.paths.filter((path) => posix.basename(path) === 'conftest.py');
  if (conftests.length === 0) return null;
  return conftests.every((path) => isWithin(path, dir)) ? dir : '.';
}

function configuresPytest(files: Files, folder: string): boolean {
  const has = (name: string): boolean => files.paths.includes(posix.join(folder, name));
  const hasSection = (name: string, section: string): boolean =>
    (readIfAny(files, posix.join(folder, name)) ?? '').split('\n').some((line) => line.trim() === `[${section}]`);
  return (
    ['pytest.ini', '.pytest.ini', 'pytest.toml', '.pytest.toml'].some(has) ||
    table(readToml(files, posix.join(folder, 'pyproject.toml')), 'tool', 'pytest') !== null ||
    hasSection('setup.cfg', 'tool:pytest') ||
    hasSection('tox.ini', 'pytest')
  );
}

/** unittest finds tests in packages only: a `tests` folder that is none has to be named. */
function unittestStart(files: Files): string {
  const loose = files.paths.some((path) => /^tests\/test[^/]*\.py$/.test(path));
  return loose && !files.paths.includes('tests/__init__.py') ? 'tests' : '.';
}
