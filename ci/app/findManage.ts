import { posix } from 'node:path';
import { PipelineError } from '../core/errors.ts';
import { depth, type Files } from './files.ts';

/** Folders whose manage.py serves to try out or test a reusable app; one elsewhere goes before it. */
const aside = /^(tests?|testing|docs?|examples?|demos?|samples?|sandbox)$/i;

/** Folders that are never an application: hidden ones and the blanks of project templates. */
const never = /^\.|\{\{|%|^(node_modules|site-packages)$/;

/**
 * Finds Django's manage.py in the root or up to two folders down; of several the shallowest.
 * @returns its path, or null when there is none
 * @throws SOURCE_LAYOUT when two have the same claim
 */
export function findManage(files: Files): string | null {
  const found = files.paths
    .filter((path) => posix.basename(path) === 'manage.py' && depth(path) <= 2)
    .filter((path) => !folders(path).some((folder) => never.test(folder)))
    // Other frameworks use the name too.
    .filter((path) => /django/i.test(files.read(path)))
    .map((path) => ({ path, rank: depth(path) + (folders(path).some((folder) => aside.test(folder)) ? 10 : 0) }))
    .sort((a, b) => a.rank - b.rank || a.path.localeCompare(b.path));
  const best = found.filter(({ rank }) => rank === found[0]?.rank).map(({ path }) => path);
  if (best.length > 1) {
    throw new PipelineError('SOURCE_LAYOUT', `the source holds ${best.length} Django projects side by side`, {
      details: best,
    });
  }
  return best[0] ?? null;
}

function folders(path: string): string[] {
  return path.split('/').slice(0, -1);
}
