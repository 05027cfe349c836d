const [begin, end] = ['<!-- values: made by `npm run chart:readme` -->', '<!-- end of values -->'];

/**
 * Puts the table between its two marks in a README.
 * @throws Error when a mark is missing
 */
export function insertTable(readme: string, table: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the README lacks the lines ${begin} and ${end}`);
  return `${readme.slice(0, from)}${begin}\n\n${table}\n\n${readme.slice(to)}`;
}
