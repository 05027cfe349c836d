import { posix } from 'node:path';
import type { Config } from '../config.ts';
import { PipelineError } from '../errors.ts';
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
  /** The source's own Dockerfile; null means this repository's is used. */
  dockerfile: Dockerfile | null;
  /** The text of its .dockerignore. */
  dockerignore: string | null;
  tests: TestPlan;
}

/**
 * Finds out what a source is from its files alone. Runs nothing of it.
 * @throws SOURCE_NOT_PYTHON when there is no Python project, SOURCE_LAYOUT when it cannot tell which, CONFIG for a missing --dockerfile
 */
export function detectApp(files: Files, config: Pick<Config, 'dockerfile' | 'testCommand'>): App {
  const manage = findManage(files);
  const dir = manage === null ? '.' : posix.dirname(manage);
  const dependencies = findDependencies(files, dir);
  const project = /^(setup\.(py|cfg)|pyproject\.toml)$/;
  if (manage === null && dependencies.kind === 'none' && !files.paths.some((path) => project.test(path))) {
    throw new PipelineError('SOURCE_NOT_PYTHON', 'the source holds no Python project', { details: evidence(files) });
  }
  const dockerfile = findDockerfile(files, config.dockerfile);
  const settings = manage === null ? null : settingsModule(files, manage);
  // This repository's Dockerfile serves Django by its settings, and would say so only after minutes.
  if (dockerfile === null && settings === null) throw notServable(manage);
  return {
    dir,
    django: manage !== null,
    settingsModule: settings,
    dependencies,
    python: pythonRequest(files, dir),
    dockerfile,
    dockerignore: readIfAny(files, '.dockerignore'),
    tests: planTests(
      files,
      { dir, django: manage !== null, ownImage: dockerfile?.testTarget ?? false },
      config.testCommand,
    ),
  };
}

function notServable(manage: string | null): PipelineError {
  const missing =
    manage === null ? 'it has no manage.py' : `${manage}, wsgi.py and asgi.py name no settings module plainly`;
  return new PipelineError('SOURCE_LAYOUT', `the source does not say how it is served: ${missing}`, {
    details: ['An application without manage.py or with computed settings needs a Dockerfile of its own.'],
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
