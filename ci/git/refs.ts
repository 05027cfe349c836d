/** What a repository offers: its refs by full name, and the branch that HEAD stands for. */
export interface RemoteRefs {
  head: string | null;
  /** `refs/heads/main` → commit (or tag object). */
  refs: ReadonlyMap<string, string>;
}

/** How a --ref is to be fetched. */
export type Resolved =
  /** `name` is what the report calls it; `fetch` is what git is asked for. */
  | { kind: 'fetch'; name: string; fetch: string }
  /** A commit that no branch or tag points to, or the start of one: the server may have to hand over the history first. */
  | { kind: 'commit'; name: string }
  | { kind: 'unknown'; near: string[] };

/**
 * Reads what `git ls-remote --symref` printed.
 * @param output lines `ref: refs/heads/main<TAB>HEAD` and `<object><TAB><ref>`
 */
export function parseRefs(output: string): RemoteRefs {
  const refs = new Map<string, string>();
  let head: string | null = null;
  for (const line of output.split('\n')) {
    const [object = '', name = ''] = line.split('\t');
    const symbolic = /^ref: (?:refs\/heads\/)?(.+)$/.exec(object)?.[1];
    if (symbolic && name === 'HEAD') head = symbolic;
    else if (name) refs.set(name, object);
  }
  return { head, refs };
}

/**
 * Decides what to fetch for a --ref. A branch goes before a tag of the same name, as in `git clone --branch`.
 * @param ref branch, tag, full ref name or commit; undefined for the default branch
 */
export function resolveRef(ref: string | undefined, remote: RemoteRefs): Resolved {
  if (ref === undefined || ref === 'HEAD') {
    if (remote.refs.has('HEAD')) return { kind: 'fetch', name: remote.head ?? 'HEAD', fetch: 'HEAD' };
    return { kind: 'unknown', near: nearest('main', remote) };
  }
  const named = [`refs/heads/${ref}`, `refs/tags/${ref}`, ref].find((name) => remote.refs.has(name));
  if (named) return { kind: 'fetch', name: ref, fetch: named };
  // Pull and merge requests are refs that ls-remote was not asked for.
  if (/^refs\/[\w./-]+$/.test(ref) && !ref.includes('..')) return { kind: 'fetch', name: ref, fetch: ref };
  if (!/^[0-9a-f]{4,64}$/i.test(ref)) return { kind: 'unknown', near: nearest(ref, remote) };
  const tips = [...new Set(remote.refs.values())].filter((object) => object.startsWith(ref.toLowerCase()));
  return tips.length === 1 && tips[0] ? { kind: 'fetch', name: ref, fetch: tips[0] } : { kind: 'commit', name: ref };
}

/** The three branches and tags whose names are closest to `ref`. */
export function nearest(ref: string, remote: RemoteRefs): string[] {
  return [...remote.refs.keys()]
    .flatMap((name) => /^refs\/(?:heads|tags)\/(.+?)(?:\^\{\})?$/.exec(name)?.[1] ?? [])
    .filter((name, index, all) => all.indexOf(name) === index)
    .map((name) => ({ name, distance: distance(ref.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Levenshtein's: how many letters to insert, delete or replace to get from one to the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of from.split('').entries()) {
    const next = [line + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
