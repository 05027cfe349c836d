import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { glob } from 'zx';
import type { Files } from '../app/files.ts';
import { literal } from '../core/values.ts';

/** Which files of a folder belong to the source. The engine's upload and the look at the folder here use the same answer. */
export interface Selection {
  /** Patterns of .dockerignore, relative to the folder. */
  exclude: string[];
  /** Whether .gitignore files are honoured. Not needed where git itself said what it ignores. */
  gitignore: boolean;
}

/**
 * Decides which files of a folder belong to the source.
 * @param never patterns of what is none in any case: see byproducts
 * @param ignored what git ignores in it, or null when it is not versioned
 */
export function select(never: readonly string[], ignored: readonly string[] | null): Selection {
  return {
    exclude: [...never, ...(ignored ?? []).map((path) => literal(path.replace(/\/$/, '')))],
    gitignore: ignored === null,
  };
}

/** The files of a folder, as detection wants them. A link that leads out of the folder counts as absent. */
export async function listFiles(folder: string, selection: Selection): Promise<Files> {
  // Links are neither files nor folders there, so what does not read as a file is left out.
  const paths = await listPaths(folder, selection);
  const root = realpathSync(folder);
  const isFile = (path: string): boolean => {
    const real = resolved(join(folder, path));
    return (real?.startsWith(root + sep) ?? false) && statSync(join(folder, path)).isFile();
  };
  return {
    paths: paths.filter((path) => isFile(path)),
    read: (path) => textOf(readFileSync(join(folder, path))),
  };
}

/** UTF-8, or UTF-16, which `pip freeze > requirements.txt` makes in PowerShell. */
function textOf(content: Buffer): string {
  const utf16 = content[0] === 0xff && content[1] === 0xfe;
  return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(content);
}

/** Everything in a folder that is no folder itself: files, and links wherever they lead. */
export async function listPaths(folder: string, selection: Selection): Promise<string[]> {
  const paths = await glob('**', {
    cwd: folder,
    dot: true,
    gitignore: selection.gitignore,
    ignore: selection.exclude.flatMap((pattern) => [pattern, `${pattern}/**`]),
    followSymbolicLinks: false,
    expandDirectories: false,
    onlyFiles: false,
    markDirectories: true,
  });
  return paths.filter((path) => !path.endsWith('/'));
}

function resolved(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
