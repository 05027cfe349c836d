import { type Document, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';

/** A YAML text that tells on which line something is. */
export interface Located {
  documents: readonly Document.Parsed[];
  /**
   * The line of the last key of a path that is there, counted from 1.
   * @param path keys and indexes from the root
   * @returns undefined when not even the first key is there
   */
  line(document: number, path: readonly string[]): number | undefined;
}

/** Reads a text of one or more YAML documents; one that is broken has nothing in it. */
export function locate(text: string): Located {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter, logLevel: 'silent' });
  const documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [];
  return {
    documents,
    line(index, path) {
      let node: unknown = documents[index]?.contents;
      let offset: number | undefined;
      for (const step of path) {
        if (isMap(node)) {
          const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
          if (!pair) break;
          offset = isScalar(pair.key) ? pair.key.range?.[0] : offset;
          node = pair.value;
        } else if (isSeq(node)) {
          const item: unknown = node.items[Number(step)];
          if (item === undefined) break;
          offset = (item as { range?: [number] }).range?.[0] ?? offset;
          node = item;
        } else break;
      }
      return offset === undefined ? undefined : lineCounter.linePos(offset).line;
    },
  };
}

/** The keys of a JSON pointer such as `/spec/ports/0`. */
export function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
