import { parse } from 'smol-toml';
import { PipelineError } from '../core/errors.ts';
import { type Files, readIfAny } from './files.ts';

/** A table of a TOML file. */
export type Table = Record<string, unknown>;

/**
 * Reads a TOML file.
 * @returns null when it is not part of the source
 * @throws SOURCE_LAYOUT with the line when it is not TOML
 */
export function readToml(files: Files, path: string): Table | null {
  const text = readIfAny(files, path);
  if (text === null) return null;
  try {
    return parse(text) as Table;
  } catch (error) {
    throw new PipelineError('SOURCE_LAYOUT', `${path} is not valid TOML`, {
      details: String(error instanceof Error ? error.message : error).split('\n'),
      cause: error,
    });
  }
}

/** The table at a path of keys, or null when there is none. */
export function table(root: Table | null, ...keys: string[]): Table | null {
  const found = value(root, ...keys);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Table) : null;
}

/** The text at a path of keys, or null when there is none. */
export function text(root: Table | null, ...keys: string[]): string | null {
  const found = value(root, ...keys);
  return typeof found === 'string' ? found : null;
}

function value(root: Table | null, ...keys: string[]): unknown {
  return keys.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Table)[key] : null), root);
}
