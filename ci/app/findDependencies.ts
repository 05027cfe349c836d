import { posix } from 'node:path';
import { type Files, isWithin, readIfAny, upwards } from './files.ts';
import { readToml, type Table, table } from './toml.ts';

/** Where the app's dependencies are written down. */
export interface Dependencies {
  kind: 'uv' | 'requirements' | 'pyproject' | 'other' | 'none';
  /** The folder of these files. */
  dir: string;
  /** What an installation reads. The image installs from these alone, so that a change of the code does not install anew. */
  files: string[];
}

/** Any of them says what the app needs to run. The image's installer (ci/django/install) chooses from the same list. */
const runtimeRequirements = [
  'requirements.txt',
  'requirements/prod.txt',
  'requirements/production.txt',
  'requirements/base.txt',
];

/** requirements.txt, requirements-dev.txt, dev_requirements.txt, requirements/base.txt, constraints.txt and the like. */
const requirementsFile =
  /^(?:[\w.-]*requirements[\w.-]*|constraints[\w.-]*)\.(?:txt|in)$|^requirements\/[\w.-]+\.(?:txt|in)$/;

const metadataFiles = [
  'pyproject.toml',
  'uv.lock',
  'poetry.lock',
  'setup.py',
  'setup.cfg',
  'Pipfile',
  'Pipfile.lock',
  '.python-version',
];

/** `-r base.txt`, `--requirement=base.txt`, `-c constraints.txt`. */
const include = /^\s*(?:-[rc]\s*|--(?:requirement|constraint)[ =]\s*)([^\s#]+)/gm;

/**
 * Finds the dependencies of the app in a folder: there or in a folder around it, the nearest first; in one folder
 * uv.lock with pyproject.toml goes before requirements, and these before pyproject.toml alone.
 * @param dir the folder of manage.py
 */
export function findDependencies(files: Files, dir: string): Dependencies {
  for (const folder of upwards(dir)) {
    const kind = kindIn(files, folder);
    const workspace = kind && workspaceOf(files, folder);
    if (workspace) return { kind: 'uv', dir: folder, files: union(filesIn(files, folder), filesIn(files, workspace)) };
    if (kind) return { kind, dir: folder, files: filesIn(files, folder) };
  }
  return { kind: 'none', dir: '.', files: [] };
}

/** The uv workspace around a project, whose lock is the project's, too. The image's installer looks for it in the same way. */
function workspaceOf(files: Files, folder: string): string | null {
  const toml = (of: string) => readToml(files, posix.join(of, 'pyproject.toml'));
  if (!table(toml(folder), 'project')) return null;
  const around = upwards(folder).slice(1);
  const isLocked = (root: string) => files.paths.includes(posix.join(root, 'uv.lock'));
  return around.find((root) => isLocked(root) && table(toml(root), 'tool', 'uv', 'workspace')) ?? null;
}

function union(...lists: readonly string[][]): string[] {
  return [...new Set(lists.flat())].sort();
}

function kindIn(files: Files, folder: string): Exclude<Dependencies['kind'], 'none'> | null {
  const has = (name: string): boolean => files.paths.includes(posix.join(folder, name));
  if (has('uv.lock') && has('pyproject.toml')) return 'uv';
  if (runtimeRequirements.some(has)) return 'requirements';
  // Many a pyproject.toml only configures tools, and says nothing about dependencies.
  const toml = readToml(files, posix.join(folder, 'pyproject.toml'));
  if (table(toml, 'project') || table(toml, 'tool', 'poetry') || mainGroup(toml)) return 'pyproject';
  return has('setup.py') || has('Pipfile') ? 'other' : null;
}

function filesIn(files: Files, folder: string): string[] {
  const metadata = metadataFiles.map((name) => posix.join(folder, name)).filter((path) => files.paths.includes(path));
  // The lock of a uv workspace is of no use without all its members.
  const members = files.paths.filter((path) => isWithin(path, folder) && posix.basename(path) === 'pyproject.toml');
  const workspace = metadata.includes(posix.join(folder, 'uv.lock')) ? members : [];
  return union(metadata, workspace, withIncludes(files, requirementsIn(files, folder)));
}

function requirementsIn(files: Files, folder: string): string[] {
  return files.paths.filter(
    (path) => isWithin(path, folder) && requirementsFile.test(folder === '.' ? path : path.slice(folder.length + 1)),
  );
}

/** Requirements files may name others, anywhere in the source. */
function withIncludes(files: Files, paths: readonly string[], seen: ReadonlySet<string> = new Set()): string[] {
  const fresh = paths.filter((path) => !seen.has(path));
  if (fresh.length === 0) return [...seen];
  const named = fresh.flatMap((path) =>
    [...(readIfAny(files, path) ?? '').matchAll(include)].map(([, name = '']) => posix.join(posix.dirname(path), name)),
  );
  return withIncludes(
    files,
    named.filter((path) => files.paths.includes(path)),
    new Set([...seen, ...fresh]),
  );
}

/** As in ci/django/install/project.py. */
const names = ['main', 'default', 'base', 'prod', 'production', 'runtime'];

/**
 * The group of dependencies that an app runs with, where its pyproject.toml describes no project and has groups alone.
 * @returns its entries: requirements, and tables that include other groups
 */
export function mainGroup(pyproject: Table | null): readonly unknown[] | null {
  const groups = table(pyproject, 'project') ? null : table(pyproject, 'dependency-groups');
  return names.map((name) => groups?.[name]).find(Array.isArray) ?? null;
}
