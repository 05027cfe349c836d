import { sha256 } from '../core/values.ts';

/** What decided how a run behaved: two runs with the same value had the same pipeline, tools and inputs. */
export interface Fingerprint {
  value: string;
  /** By names that people know. Texts that may hold a secret are hashes. */
  parts: Record<string, string>;
}

/** So many hexadecimal digits are shown of a hash: enough to tell runs apart, few enough to be read out. */
const digits = 12;

/** One fingerprint of all parts. The order in which they are named does not matter. */
export function fingerprint(parts: Readonly<Record<string, string>>): Fingerprint {
  const ordered = Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1));
  return { value: short(sha256(JSON.stringify(ordered))), parts: { ...parts } };
}

/** The part of a hash that is shown. */
export function short(hash: string): string {
  return hash.slice(0, digits);
}
