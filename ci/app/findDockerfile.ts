import { posix } from 'node:path';
import { PipelineError } from '../core/errors.ts';
import type { Files } from './files.ts';

export interface Dockerfile {
  path: string;
  /** Whether it has a stage named `test`. */
  testTarget: boolean;
}

/** What --dockerfile says in place of a path, where this repository's Dockerfile is to be used though the source has one. */
export const ours = 'ours';

/**
 * Finds the source's own Dockerfile: the one asked for, else the one in the root.
 * @param wanted --dockerfile, a path inside the source or `ours`
 * @returns null when it has none, or is not to be built with it
 * @throws CONFIG when the one asked for is not there
 */
export function findDockerfile(files: Files, wanted: string | undefined): Dockerfile | null {
  if (wanted === ours) return null;
  const path = posix.normalize(wanted ?? 'Dockerfile');
  if (files.paths.includes(path)) return { path, testTarget: stages(files.read(path)).includes('test') };
  if (wanted === undefined) return null;
  const others = files.paths.filter((name) => /(^|[./])(Dockerfile|Containerfile)($|\.)/.test(name)).slice(0, 10);
  throw new PipelineError('CONFIG', `--dockerfile ${wanted} is not in the source`, {
    details: others.length > 0 ? [`the source has: ${others.join(', ')}`] : [],
  });
}

/** The names of a Dockerfile's stages; Docker does not tell upper from lower case in them. */
function stages(dockerfile: string): string[] {
  return [...dockerfile.matchAll(/^\s*FROM\s+(?:--\S+\s+)*\S+\s+AS\s+(\S+)/gim)].map(([, name = '']) =>
    name.toLowerCase(),
  );
}
