import { stripVTControlCharacters } from 'node:util';

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const nothing = /[\p{M}\p{Cf}\p{Cc}]/u;

/** Columns that a text takes on a terminal. */
export function width(text: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(text)) columns += widthOf(character);
  return columns;
}

/** Cuts a text, without escape sequences in it, to the given number of columns; what was cut shows as `…`. */
export function clamp(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let taken = 0;
  let cut = '';
  for (const character of text) {
    taken += widthOf(character);
    if (taken > columns - 1) break;
    cut += character;
  }
  return columns > 0 ? `${cut}…` : '';
}

/** The last line of a text that has anything on it, without control characters: progress arrives in many shapes. */
export function lastLine(text: string): string {
  const lines = stripVTControlCharacters(text).split(/[\r\n]+/);
  return (lines.findLast((line) => line.trim() !== '') ?? '').replace(/\p{Cc}+/gu, ' ').trim();
}

function widthOf(character: string): number {
  if (nothing.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
