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

/** Where an app may say it; in one place, what is said for all folders around goes before the next place. */
const places: readonly { file: string; specifier: (files: Files, path: string) => string | null }[] = [
  {
    file: '.python-version',
    specifier: (files, path) => minor(/^\s*(?:c?python-?)?(\d+\.\d+)/m.exec(readIfAny(files, path) ?? '')?.[1]),
  },
  // Heroku's. Others use the name for other things.
  {
    file: 'runtime.txt',
    specifier: (files, path) => minor(/^\s*python-(\d+\.\d+)/.exec(readIfAny(files, path) ?? '')?.[1]),
  },
  // The one that it is built from elsewhere, where this repository's Dockerfile is used all the same.
  {
    file: 'Dockerfile',
    specifier: (files, path) =>
      minor(/^\s*FROM\s+(?:\S+\/)?python:(\d+\.\d+)/im.exec(readIfAny(files, path) ?? '')?.[1]),
  },
  {
    file: 'pyproject.toml',
    specifier: (files, path) => {
      const toml = readToml(files, path);
      return text(toml, 'project', 'requires-python') ?? text(toml, 'tool', 'poetry', 'dependencies', 'python');
    },
  },
  {
    file: 'Pipfile',
    specifier: (files, path) => {
      const toml = readToml(files, path);
      const wanted = text(toml, 'requires', 'python_version') ?? text(toml, 'requires', 'python_full_version');
      return minor(/^\d+\.\d+/.exec(wanted ?? '')?.[0]);
    },
  },
];

/**
 * Finds the Python version the app in a folder asks for: `.python-version` there or in a folder around it, else
 * `runtime.txt`, the Python image of `Dockerfile`, else `requires-python` (or Poetry's `python`) of the nearest pyproject.toml, else what the nearest Pipfile requires.
 * @returns null when it asks for none
 */
export function pythonRequest(files: Files, dir: string): PythonRequest | null {
  for (const { file, specifier } of places) {
    for (const folder of upwards(dir)) {
      const from = posix.join(folder, file);
      const found = specifier(files, from);
      if (found) return { from, specifier: found };
    }
  }
  return null;
}

/** The patch release is dropped: the newest of that minor version is what images exist for. */
function minor(version: string | undefined): string | null {
  return version === undefined ? null : `==${version}.*`;
}
