import type { Mask } from '../core/context.ts';

/** Shorter values are left alone: replacing every `a` would hide nothing and make the text unreadable. */
const shortest = 4;

/**
 * Makes a function that replaces secrets in a text by `***`, also where they stand percent-encoded in a URL or escaped in JSON.
 * @param secrets looked at again for every text, so that secrets learned later are masked too
 */
export function createMask(secrets: Iterable<string>): Mask {
  const mask = (text: string): string => {
    const forms = new Set<string>();
    for (const secret of secrets) {
      if (secret.length < shortest) continue;
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) forms.add(form);
    }
    // The longest first: a secret may be the beginning of another one.
    const ordered = [...forms].sort((a, b) => b.length - a.length);
    return ordered.reduce((masked, form) => masked.replaceAll(form, '***'), text);
  };
  return Object.assign(mask, { with: (more: Iterable<string>) => createMask(joined(secrets, more)) });
}

/** Both, each time they are asked for: either may grow. */
function joined(...lists: Iterable<string>[]): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      for (const list of lists) yield* list;
    },
  };
}

/** A copy of plain data in which every text has gone through the mask: before it is rendered, as each format escapes differently. */
export function maskAll<T>(data: T, mask: (text: string) => string): T {
  return JSON.parse(JSON.stringify(data), (_, part: unknown) => (typeof part === 'string' ? mask(part) : part)) as T;
}
