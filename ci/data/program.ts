import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../core/program.ts';

/** The modules of pipeline_data, from the ground up: each imports only those before it. */
const modules = ['problems', 'files', 'databases', 'snapshots', 'compare', 'restore', 'locate', 'main'];

/**
 * The program that works on an SQLite database inside a pod of the application, whose image knows nothing of it.
 * @returns one text in Python (3.8 and later), for `python -c TEXT COMMAND OPTION…`; docs/data.md has the commands
 */
export function dataProgram(): string {
  const read = (name: string) => readFileSync(join(root, 'ci/data', name), 'utf8');
  const sources = Object.fromEntries(modules.map((name) => [name, read(`pipeline_data/${name}.py`)]));
  // JSON's objects and texts are Python's as well.
  return `SOURCES = ${JSON.stringify(sources)}\n${read('loader.py')}`;
}

/** What the program may find wrong, and is no mistake of its own: problems.py. */
export type ProblemKind = 'no-room' | 'locked' | 'corrupt' | 'missing' | 'not-sqlite' | 'forbidden' | 'too-many-writes';

export type DataResult<T> = { ok: true; value: T } | { ok: false; problem: string; kind: ProblemKind };

/**
 * @param output all that the program printed; lines of others may stand around its result
 * @returns the result, or the problem that was foreseen; null when there is neither, and the program did not come to its end
 */
export function dataResult<T>(output: string): DataResult<T> | null {
  const line = output.split('\n').findLast((one) => one.startsWith('data: '));
  if (!line) return null;
  try {
    const value = JSON.parse(line.slice('data: '.length));
    return typeof value.kind === 'string' && typeof value.problem === 'string'
      ? { ok: false, problem: value.problem, kind: value.kind }
      : { ok: true, value };
  } catch {
    return null; // cut off
  }
}
