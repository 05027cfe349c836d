import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { PipelineError } from '../core/errors.ts';
import { helmIgnore, type Ignores } from './ignore.ts';

/** The files of a chart: paths relative to its folder, with slashes, in a fixed order. */
export interface ChartFiles {
  /** What Helm loads. */
  loaded: string[];
  /** What `.helmignore` keeps from Helm: a chart's own tests, say, and its sets of values for them. */
  beside: string[];
}

/** What editors, file managers and version control leave behind unasked. Helm would take `deployment.yaml~` for a template. */
const leftBehind = /^(\.git|\.hg|\.svn|\.bzr|\.DS_Store|Thumbs\.db|desktop\.ini|.*~|\..*\.sw[a-p]|\.#.*|#.*#)$/;

/** Large, and made again by tools; no part of a chart where `.helmignore` says so. */
const madeByTools = ['node_modules', '.venv', '__pycache__'];

/**
 * Lists a chart as Helm does, which follows links.
 * @param folder absolute path
 * @throws CHART for what Helm could not load: a rule that it does not take, a socket, a link to nothing. And for a link that leads out of
 * the chart: whoever writes a chart is not to choose which files of this machine are in a release
 */
export function chartFiles(folder: string): ChartFiles {
  return readingChart(folder, () => {
    const file = join(folder, '.helmignore');
    const ignores = helmIgnore(existsSync(file) ? readFileSync(file, 'utf8') : '');
    const found: ChartFiles = { loaded: [], beside: [] };
    visit({ folder, root: realpathSync(folder), ignores, found }, '', false, []);
    return found;
  });
}

interface Walk {
  folder: string;
  /** The folder without links. */
  root: string;
  ignores: Ignores;
  found: ChartFiles;
}

/** @param within the folders on the way there, without links: of one that leads back to such a one there is no end */
function visit(walk: Walk, path: string, isBeside: boolean, within: readonly string[]): void {
  const { folder, root, ignores, found } = walk;
  for (const name of readdirSync(join(folder, path)).sort()) {
    if (leftBehind.test(name)) continue;
    const at = path === '' ? name : `${path}/${name}`;
    const real = realOf(join(folder, at));
    const status = real === null ? undefined : statSync(real);
    const isFolder = status?.isDirectory() ?? false;
    const beside = isBeside || ignores(at, isFolder);
    const problem = problemOf(real, root, within) ?? (isFolder || status?.isFile() ? null : 'no regular file');
    if (problem !== null) {
      if (!beside) throw new PipelineError('CHART', `${join(folder, at)} is ${problem}`);
    } else if (!isFolder) (beside ? found.beside : found.loaded).push(at);
    else if (!beside || !madeByTools.includes(name)) visit(walk, at, beside, [...within, real as string]);
  }
}

function problemOf(real: string | null, root: string, within: readonly string[]): string | null {
  if (real === null) return 'a link to nothing';
  if (!real.startsWith(root + sep)) return 'a link that leads out of the chart';
  return within.includes(real) ? 'a link to a folder that it lies in' : null;
}

function realOf(file: string): string | null {
  try {
    return realpathSync(file);
  } catch (error) {
    if (['ENOENT', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Copies files of a chart, each as a plain one: neither links nor rights, which depend on a user's umask, come along. */
export function copyChart(folder: string, paths: readonly string[], into: string): void {
  readingChart(folder, () => {
    mkdirSync(into, { recursive: true });
    for (const path of paths) {
      mkdirSync(dirname(join(into, path)), { recursive: true });
      copyFileSync(join(folder, path), join(into, path));
      chmodSync(join(into, path), 0o644);
    }
  });
}

/** A chart that cannot be read, by this user or at all, is its user's to mend. */
function readingChart<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    throw new PipelineError('CHART', `the chart in ${folder} cannot be read: ${message}`, { cause: error });
  }
}
