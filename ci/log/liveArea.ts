import { clamp, width } from './text.ts';

/** What the log writes to: a terminal has a size, which changes when its window does. */
export interface Screen {
  write(text: string): unknown;
  columns?: number | undefined;
  rows?: number | undefined;
}

/**
 * The last lines of a terminal, written anew each time; what is printed permanently scrolls up above them.
 * @returns show(permanent, live): `permanent` ends with a line end or is empty; `live` are lines without escape sequences but for `paint`
 */
export function liveArea(screen: Screen, paint: (line: string) => string) {
  let drawn: string[] = [];
  const columns = () => Math.max(20, screen.columns ?? 80);

  /** After a window got narrower, the terminal has wrapped the lines we drew: they take more rows than they did. */
  const erase = () => {
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns())), 0);
    return rows > 0 ? `\u001b[${rows}A\r\u001b[J` : '';
  };

  return (permanent: string, live: readonly string[]): void => {
    const room = Math.max(1, (screen.rows ?? 24) - 2);
    const shown = live.length > room ? [...live.slice(0, room - 1), `  and ${live.length - room + 1} more`] : live;
    // One column stays free: some terminals wrap as soon as the last one is written.
    const lines = shown.map((line) => clamp(line, columns() - 1));
    screen.write(`${erase()}${permanent}${lines.map((line) => `${paint(line)}\n`).join('')}`);
    drawn = lines;
  };
}
