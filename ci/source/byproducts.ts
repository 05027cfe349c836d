import { readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { glob } from 'zx';
import { reportFiles } from '../core/report.ts';
import { literal } from '../core/values.ts';

/** Made by tools, large, and made again by the build. */
const names = ['.git', '.venv', 'node_modules', '__pycache__', '.tox', '.nox', '.mypy_cache', '.pytest_cache'];

/**
 * What is never part of a source, whether git ignores it or not.
 * @param folder absolute path
 * @param reports absolute path of the folder that the run writes to
 * @returns patterns of .dockerignore, relative to the folder
 */
export async function byproducts(folder: string, reports?: string): Promise<string[]> {
  // A virtual environment can have any name; this file is in each.
  const marks = await glob(['*/pyvenv.cfg', '*/*/pyvenv.cfg'], { cwd: folder, dot: true, followSymbolicLinks: false });
  const environments = marks.map((mark) => mark.slice(0, -'/pyvenv.cfg'.length));
  const own = reports === undefined ? [] : reportsIn(folder, reports);
  return [...names.map((name) => `**/${name}`), ...[...environments, ...own].map(literal)];
}

/**
 * What a run writes into its own source: each run would be another. Only what is known to come from a run, since an application may well
 * have a package that is called `reports`. A folder that holds nothing else is left out itself: git has no empty ones.
 */
function reportsIn(folder: string, reports: string): string[] {
  const inside = relative(folder, reports).split(sep).join('/');
  if (inside === '..' || inside.startsWith('../')) return [];
  const holdsNothingElse = (path: string, known: readonly string[]) =>
    entries(join(folder, path)).every((name) => known.includes(name));
  if (inside === '' || !holdsNothingElse(inside, reportFiles)) return reportFiles.map((name) => join(inside, name));
  let path = inside;
  while (dirname(path) !== '.' && holdsNothingElse(dirname(path), [path.slice(dirname(path).length + 1)]))
    path = dirname(path);
  return [path];
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it is made later
  }
}
