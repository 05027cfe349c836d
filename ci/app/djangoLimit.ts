import { posix } from 'node:path';
import { type Files, readIfAny } from './files.ts';
import { type Dependencies, mainGroup } from './findDependencies.ts';
import { readToml, type Table, table, text } from './toml.ts';
import { firstAllowed } from './versions.ts';

/** The newest Python that an app's Django runs on. */
export interface DjangoLimit {
  /** The file that says which Django. */
  from: string;
  /** Minor version of Django, such as '3.2'. */
  django: string;
  /** Minor version of Python. */
  python: string;
}

/** Django's minor versions, newest first, and the newest Python of each: docs.djangoproject.com/en/stable/faq/install/ */
const newestPython: ReadonlyMap<string, string> = new Map([
  ['6.0', '3.14'],
  ['5.2', '3.14'],
  ['5.1', '3.13'],
  ['5.0', '3.12'],
  ['4.2', '3.12'],
  ['4.1', '3.11'],
  ['4.0', '3.10'],
  ['3.2', '3.10'],
  ['3.1', '3.9'],
  ['3.0', '3.9'],
  ['2.2', '3.9'],
  ['2.1', '3.7'],
  ['2.0', '3.7'],
  ['1.11', '3.7'],
  ['1.10', '3.5'],
  ['1.9', '3.5'],
  ['1.8', '3.5'],
]);

/** Stands for releases to come: whoever allows them has no limit. */
const toCome = '1000.0';

/** `Django==3.2.7`, `django[argon2] ~= 4.2 ; python_version < "4"`, `django (>=3.2,<4)`: from the name on, the versions. */
const requirement = /^\s*django(?:\[[^\]]*\])?\s*\(?\s*((?:[<>=!~]{1,3}\s*[\w.*]+[ \t]*,?[ \t]*)+)/im;

/**
 * Finds out which Python is the newest that an app's Django runs on. What is installed beside an old Django is of its age, too, and
 * often has no wheels for a newer Python.
 * @returns null when the dependencies name no Django, or allow any that is to come
 */
export function djangoLimit(files: Files, dependencies: Dependencies): DjangoLimit | null {
  for (const from of inOrder(dependencies)) {
    const specifier = wantedIn(files, from);
    if (specifier === null) continue;
    const django = firstAllowed(specifier, [toCome, ...newestPython.keys()]);
    const python = newestPython.get(django ?? '');
    return django && python ? { from, django, python } : null;
  }
  return null;
}

/** Locks before what they were made from, and requirements of the runtime before those of the tests. */
function inOrder({ kind, dir, files }: Dependencies): string[] {
  const isRequirements = (path: string) => /\.(txt|in)$/.test(path);
  const rank = (path: string) =>
    [posix.basename(path) !== 'requirements.txt', posix.dirname(path) !== dir].filter(Boolean).length;
  if (kind === 'requirements') return files.filter(isRequirements).sort((a, b) => rank(a) - rank(b));
  const names = kind === 'uv' ? ['uv.lock'] : ['poetry.lock', 'pyproject.toml', 'Pipfile.lock'];
  return names.flatMap((name) => files.filter((path) => posix.basename(path) === name));
}

function wantedIn(files: Files, path: string): string | null {
  switch (posix.basename(path)) {
    case 'uv.lock':
    case 'poetry.lock':
      return exactly(lockedIn(readToml(files, path)));
    case 'Pipfile.lock':
      return /"django":\s*\{[^}]*"version":\s*"([^"]+)"/i.exec(readIfAny(files, path) ?? '')?.[1] ?? null;
    case 'pyproject.toml':
      return declaredIn(readToml(files, path));
    default:
      return requirement.exec(readIfAny(files, path) ?? '')?.[1] ?? null;
  }
}

function lockedIn(lock: Table | null): string | null {
  const packages = Array.isArray(lock?.['package']) ? (lock['package'] as Table[]) : [];
  return text(packages.find((one) => /^django$/i.test(text(one, 'name') ?? '')) ?? null, 'version');
}

function declaredIn(pyproject: Table | null): string | null {
  const declared = table(pyproject, 'project')?.['dependencies'] ?? mainGroup(pyproject);
  const found = (Array.isArray(declared) ? declared : []).map((one) => requirement.exec(String(one))?.[1]);
  const poetry = table(pyproject, 'tool', 'poetry', 'dependencies');
  const name = Object.keys(poetry ?? {}).find((key) => /^django$/i.test(key)) ?? 'django';
  return found.find((one) => one !== undefined) ?? text(poetry, name) ?? text(poetry, name, 'version');
}

function exactly(version: string | null): string | null {
  return version === null ? null : `==${version}`;
}
