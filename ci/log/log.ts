import { messageOf } from '../core/causes.ts';
import type { Log } from '../core/context.ts';
import { clamp, colours, elapsed, lastLine, width } from './text.ts';

export interface LogOptions {
  stream: Screen;
  /** Whether the stream is a terminal. Under CI or TERM=dumb it is written to plainly all the same. */
  isTTY: boolean;
  env: Readonly<Record<string, string | undefined>>;
  /** What is said goes through it. */
  mask?: (text: string) => string;
  /** Milliseconds. */
  now?: () => number;
  /** Calls back every so many milliseconds until the returned function is called. */
  every?: (ms: number, call: () => void) => () => void;
}

interface Running {
  name: string;
  since: number;
  progress: string;
  /** When a line about it was last printed. */
  spoken: number;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameTime = 120;
/** Some build servers end a job that is silent for a minute. */
const heartbeat = 30_000;

/** On a terminal: one live line for each running step. Elsewhere: plain lines at start and end, and one every 30 s in between. */
export function createLog({
  stream,
  isTTY,
  env,
  mask = (text) => text,
  now = () => performance.now(),
  every = everyUnref,
}: LogOptions): Log {
  const live = isTTY && !env['CI'] && env['TERM'] !== 'dumb';
  const paint = colours(env, isTTY);
  const show = liveArea(stream, (line) => paint('cyan', line.slice(0, 1)) + line.slice(1));
  const running = new Set<Running>();
  let frame = 0;
  let stop: (() => void) | undefined;

  const took = (step: Running) => elapsed(now() - step.since);
  const line = (step: Running) =>
    [`${frames[frame % frames.length]} ${step.name}`, took(step), step.progress].filter(Boolean).join('  ');
  const print = (text: string) => (live ? show(text, [...running].map(line)) : stream.write(text));

  const tick = () => {
    frame++;
    if (live) return print('');
    for (const step of running) {
      if (now() - step.spoken < heartbeat) continue;
      step.spoken = now();
      const detail = step.progress ? ` (${step.progress})` : '';
      print(`  ${step.name} still running after ${took(step)}${detail}\n`);
    }
  };

  const begin = (step: Running) => {
    running.add(step);
    stop ??= every(live ? frameTime : 1_000, tick);
    print(live ? '' : `  ${step.name} started\n`);
  };

  const end = (step: Running, text: string) => {
    if (!running.delete(step)) return;
    print(`${text}\n`);
    if (running.size > 0) return;
    stop?.();
    stop = undefined;
  };

  const fail = (step: Running, cause: string) =>
    end(step, `${paint('red', '✗')} ${step.name} failed after ${took(step)}: ${mask(cause.split('\n')[0] ?? '')}`);

  return {
    info: (text) => void print(`${mask(text)}\n`),
    warn: (text) => void print(`${paint('yellow', '! warning:')} ${mask(text)}\n`),
    async step(name, work, summary) {
      const step: Running = { name: mask(name), since: now(), progress: '', spoken: now() };
      begin(step);
      try {
        const result = await work((text) => {
          step.progress = mask(lastLine(text));
        });
        const remark = summary?.() ?? '';
        end(step, `${paint('green', '✓')} ${step.name} done in ${took(step)}${remark && `: ${mask(remark)}`}`);
        return result;
      } catch (error) {
        fail(step, messageOf(error));
        throw error;
      }
    },
    abandon: (cause) => {
      for (const step of running) fail(step, cause);
    },
  };
}

/** Never keeps the program alive. */
function everyUnref(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms);
  timer.unref();
  return () => clearInterval(timer);
}

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
