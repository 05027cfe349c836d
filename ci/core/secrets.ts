import { readFileSync } from 'node:fs';
import type { Environment } from './config.ts';

/** Where a secret is kept: in a variable of the environment, or in a file. */
export type SecretReference = { env: string } | { file: string };

/**
 * Reads `env://NAME` or `file://PATH`.
 * @returns undefined for anything else, which may be the secret itself: never print it
 */
export function secretReference(text: string): SecretReference | undefined {
  const [, env] = /^env:\/\/([A-Za-z_][A-Za-z0-9_]*)$/.exec(text) ?? [];
  if (env) return { env };
  const [, file] = /^file:\/\/(.+)$/.exec(text) ?? [];
  return file ? { file } : undefined;
}

/**
 * The value behind a reference, without the line end that editors put behind it.
 * @param read reads a file; throws when it cannot
 * @returns undefined when there is none, or an empty one
 */
export function resolveSecret(
  text: string,
  env: Environment = process.env,
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): string | undefined {
  const reference = secretReference(text);
  if (!reference) return undefined;
  try {
    const value = 'env' in reference ? env[reference.env] : read(reference.file);
    return value?.replace(/\r?\n$/, '') || undefined;
  } catch {
    return undefined;
  }
}
