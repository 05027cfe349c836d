import { posix } from 'node:path';
import { type Files, readIfAny, upwards } from './files.ts';
import { readToml, text } from './toml.ts';

/** The Python versions an app says it runs on. */
export interface PythonRequest {
  /** The file that says so. */
  from: string;
  /** A version specifier of PEP 440, or one of Poetry's with ^ and ~. */
  specifier: string;
}

/**
 * Finds the Python version the app in a folder asks for: `.python-version` there or in a folder around it, else
 * `requires-python` (or Poetry's `python`) of the nearest pyproject.toml, else what the nearest Pipfile requires.
 * @returns null when it asks for none
 */
export function pythonRequest(files: Files, dir: string): PythonRequest | null {
  for (const folder of upwards(dir)) {
    const path = posix.join(folder, '.python-version');
    const version = /^\s*(?:c?python-?)?(\d+\.\d+)/m.exec(readIfAny(files, path) ?? '')?.[1];
    // The patch release is dropped: the newest of that minor version is what images exist for.
    if (version) return { from: path, specifier: `==${version}.*` };
  }
  for (const folder of upwards(dir)) {
    const path = posix.join(folder, 'pyproject.toml');
    const toml = readToml(files, path);
    const specifier =
      text(toml, 'project', 'requires-python') ?? text(toml, 'tool', 'poetry', 'dependencies', 'python');
    if (specifier) return { from: path, specifier };
  }
  for (const folder of upwards(dir)) {
    const path = posix.join(folder, 'Pipfile');
    const toml = readToml(files, path);
    const wanted = text(toml, 'requires', 'python_version') ?? text(toml, 'requires', 'python_full_version');
    const version = /^\d+\.\d+/.exec(wanted ?? '')?.[0];
    if (version) return { from: path, specifier: `==${version}.*` };
  }
  return null;
}
