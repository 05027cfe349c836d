/**
 * The candidate that a mistyped word most likely stands for.
 * @returns undefined when none is close: a wrong hint is worse than none
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(word.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(plain(word), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= limit ? best.candidate : undefined;
}

/** `; did you mean x?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[], write = (name: string) => name): string {
  const found = suggest(word, candidates);
  return found === undefined ? '' : `; did you mean ${write(found)}?`;
}

/** Case and separators are not what people get wrong: deployTimeout, deploy_timeout and DEPLOY-TIMEOUT are one word. */
function plain(word: string): string {
  return word.toLowerCase().replace(/[-_.]/g, '');
}

/** Edits (insert, remove, replace, swap of neighbours) that turn one word into the other. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : replaced;
      rows[i]?.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
}
