import { posix } from 'node:path';
import type { Config } from '../core/config.ts';
import { PipelineError } from '../core/errors.ts';
import { type DjangoLimit, djangoLimit } from './djangoLimit.ts';
import { type Files, readIfAny } from './files.ts';
import { type Dependencies, findDependencies } from './findDependencies.ts';
import { type Dockerfile, findDockerfile } from './findDockerfile.ts';
import { findManage } from './findManage.ts';
import { planTests, type TestPlan } from './planTests.ts';
import { type PythonRequest, pythonRequest } from './pythonRequest.ts';
import { settingsModule } from './settingsModule.ts';

/** What a source is. Paths are relative to its root and use slashes; the root itself is '.'. */
export interface App {
  /** The folder of manage.py, or the root when there is none. */
  dir: string;
  /** Whether it has a manage.py. */
  django: boolean;
  /** The settings module that manage.py names; null when it does not say so plainly, or is not there. */
  settingsModule: string | null;
  dependencies: Dependencies;
  /** null when it asks for no version. */
  python: PythonRequest | null;
  /** null when its Django runs on any current Python. */
  djangoLimit: DjangoLimit | null;
  /** Whether it depends on a driver of PostgreSQL or MySQL. */
  databaseServer: boolean;
  /** The source's own Dockerfile; null means this repository's is used. */
  dockerfile: Dockerfile | null;
  /** The text of its .dockerignore. */
  dockerignore: string | null;
  tests: TestPlan;
}

/**
 * Finds out what a source is from its files alone. Runs nothing of it.
 * @throws SOURCE_NOT_PYTHON when there is no Python project, SOURCE_LAYOUT when it cannot tell which, CONFIG for a --dockerfile or --settings-module that is not there
 */
export function detectApp(files: Files, config: Pick<Config, 'dockerfile' | 'testCommand' | 'settingsModule'>): App {
  const manage = findManage(files);
  const dir = manage === null ? '.' : posix.dirname(manage);
  const dependencies = findDependencies(files, dir);
  const project = /^(setup\.(py|cfg)|pyproject\.toml)$/;
  if (manage === null && dependencies.kind === 'none' && !files.paths.some((path) => project.test(path))) {
    throw new PipelineError('SOURCE_NOT_PYTHON', 'the source holds no Python project', { details: evidence(files) });
  }
  const dockerfile = findDockerfile(files, config.dockerfile);
  const settings = manage === null ? null : (given(files, dir, config.settingsModule) ?? settingsModule(files, manage));
  const left = manage !== null && !files.read(manage).includes('DJANGO_SETTINGS_MODULE') ? settings : null;
  // This repository's Dockerfile serves Django by its settings, and would say so only after minutes.
  if (dockerfile === null && settings === null) throw notServable(manage, files);
  return {
    dir,
    django: manage !== null,
    settingsModule: settings,
    dependencies,
    python: pythonRequest(files, dir),
    djangoLimit: djangoLimit(files, dependencies),
    databaseServer: usesDatabaseServer(files, dependencies),
    dockerfile,
    dockerignore: readIfAny(files, '.dockerignore'),
    tests: planTests(
      files,
      { dir, django: manage !== null, settings: left, ownImage: dockerfile?.testTarget ?? false },
      config.testCommand,
    ),
  };
}

/** The settings that were asked for. They lie beside manage.py or in src/ there, as all that can be imported. */
function given(files: Files, dir: string, module: string | undefined): string | null {
  if (module === undefined) return null;
  const path = module.replaceAll('.', '/');
  const places = [dir, posix.join(dir, 'src')].flatMap((folder) =>
    [`${path}.py`, `${path}/__init__.py`].map((name) => posix.join(folder, name)),
  );
  if (places.some((place) => files.paths.includes(place))) return module;
  throw new PipelineError('CONFIG', `--settings-module ${module} is not in the source`, {
    details: [`looked for ${places.join(', ')}`],
  });
}

function notServable(manage: string | null, files: Files): PipelineError {
  const settings = files.paths.filter((path) => /(^|\/)settings(\.py|\/\w+\.py)$/.test(path)).slice(0, 10);
  const missing =
    manage === null ? 'it has no manage.py' : `${manage}, wsgi.py and asgi.py name no settings module plainly`;
  return new PipelineError('SOURCE_LAYOUT', `the source does not say how it is served: ${missing}`, {
    details: [
      'Computed settings are named by --settings-module; an application without manage.py needs a Dockerfile of its own.',
      ...(settings.length > 0 ? [`settings may be: ${settings.join(', ')}`] : []),
    ],
  });
}

function evidence(files: Files): string[] {
  const top = [...new Set(files.paths.map((path) => path.split('/')[0] ?? ''))].sort();
  const looked =
    'looked for manage.py (up to two folders down), uv.lock, requirements.txt, pyproject.toml and setup.py';
  if (top.length === 0) return [looked, 'the source is empty'];
  const more = top.length > 12 ? ` and ${top.length - 12} more` : '';
  return [looked, `found: ${top.slice(0, 12).join(', ')}${more}`];
}

/** Drivers of PostgreSQL and MySQL, as the package index names them. */
const driver = /\b(psycopg|mysqlclient|pymysql|mysql-connector-python)/i;

/** Whether a driver of a database that is a server is among what an app depends on. */
export function usesDatabaseServer(files: Files, { files: paths }: Dependencies): boolean {
  return paths.some((path) => driver.test(readIfAny(files, path) ?? ''));
}
