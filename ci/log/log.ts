import { messageOf } from '../report/explain.ts';
import { colours } from './colours.ts';
import { elapsed } from './elapsed.ts';
import { liveArea, type Screen } from './liveArea.ts';
import { lastLine } from './text.ts';

/** How the pipeline talks while it runs: everything goes to one stream (stderr), so that stdout stays data. */
export interface Log {
  info: (text: string) => void;
  warn: (text: string) => void;
  /**
   * Shows the name and the time elapsed while `work` runs, and how it ended. `progress` replaces the text behind the name.
   * @param summary asked for after a good end: what came of it, in a few words
   */
  step<T>(name: string, work: (progress: (text: string) => void) => Promise<T>, summary?: () => string): Promise<T>;
  /** Shows all that is running as failed of this, since nobody waits for it any longer. How its work ends is not shown. */
  abandon: (cause: string) => void;
}

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
