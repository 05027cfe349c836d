import { stripVTControlCharacters, styleText } from 'node:util';

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

export type Paint = (style: 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim', text: string) => string;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether to use colours: NO_COLOR beats FORCE_COLOR, and both beat what the stream is.
 * No meaning hangs on a colour alone; every mark has a word beside it.
 */
export function colours(env: Environment, isTTY: boolean): Paint {
  return wanted(env, isTTY) ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}

function wanted(env: Environment, isTTY: boolean): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return !['0', 'false'].includes(forced);
  return isTTY && env['TERM'] !== 'dumb';
}

/**
 * A length of time for people: 3.4s, 47s, 4m 12s, 1h 3m.
 * @param ms milliseconds
 */
export function elapsed(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}m ${seconds % 60}s` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}
