import { missingRight } from '../kube/missingRight.ts';

/** Helm's own words, without the prefix: an error of a schema goes on for some lines. Of a right that is missing, the gist. */
export function reason(lines: readonly string[]): string {
  const start = lines.findLastIndex((line) => line.startsWith('Error: '));
  const error = start < 0 ? lines.slice(-1) : lines.slice(start, start + 4);
  const words = error.map((line) => line.replace(/^Error: /, '').trim()).join(' ');
  return missingRight(words) ?? (words || 'no reason given');
}
