import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { cell, table } from './tables.ts';

/**
 * The values of a chart as a Markdown table: name, what it is, default.
 * A map with a comment is one row; of any other map, each value must have a comment of its own.
 * @param text a values.yaml
 * @throws Error that names every value without a comment
 */
export function valuesTable(text: string): string {
  const { contents } = parseDocument(text, { strict: true });
  if (!isMap(contents)) throw new Error('the values are no map');
  const rows = rowsOf(contents as YAMLMap, '', text);
  const silent = rows.filter(({ comment }) => comment === '').map(({ name }) => name);
  if (silent.length > 0) throw new Error(`without a comment: ${silent.join(', ')}`);
  return table(
    ['Value', '', 'Default'],
    rows.map(({ name, comment, value }) => [`\`${name}\``, cell(comment), `\`${cell(value)}\``]),
  );
}

interface Row {
  name: string;
  comment: string;
  value: string;
}

function rowsOf(map: YAMLMap, prefix: string, text: string): Row[] {
  return map.items.flatMap((pair) => {
    const name = `${prefix}${keyOf(pair)}`;
    const comment = commentAbove(pair, text);
    const { value } = pair;
    if (comment === '' && isMap(value) && value.items.length > 0) return rowsOf(value as YAMLMap, `${name}.`, text);
    return { name, comment, value: JSON.stringify(isMap(value) || isScalar(value) ? value.toJSON() : value) };
  });
}

function keyOf({ key }: Pair): string {
  if (!isScalar(key)) throw new Error('a key is not a text');
  return String(key.value);
}

// Read from the text: the parser gives the comment above the first key of a map to the map, and drops its place.
function commentAbove({ key }: Pair, text: string): string {
  const start = (isScalar(key) && key.range?.[0]) || 0;
  const above = text.slice(0, start).split('\n').slice(0, -1);
  const first = above.findLastIndex((line) => !/^\s*#/.test(line)) + 1;
  return above
    .slice(first)
    .map((line) => line.replace(/^\s*#\s?/, ''))
    .join(' ');
}
