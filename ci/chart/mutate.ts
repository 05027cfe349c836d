/**
 * Breaks the chart's templates in every place, one at a time, and tells which breaks no suite of helm-chart/tests notices.
 * Takes minutes, so it is run by hand: `npm exec -- node ci/chart/mutate.ts PATH/TO/helm-unittest [TEMPLATE…]`.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutants, mutated } from './mutants.ts';

const [helmUnittest = 'helm-unittest', ...only] = process.argv.slice(2);
const chart = join(import.meta.dirname, '../../helm-chart');
const files = readdirSync(join(chart, 'templates'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(yaml|tpl|txt)$/.test(file))
  .filter((file) => only.length === 0 || only.includes(file));
const waiting = files.flatMap((file) => {
  const text = readFileSync(join(chart, 'templates', file), 'utf8');
  return mutants(text).map((mutant) => ({ file, mutant, text: mutated(text, mutant), original: text }));
});
const all = waiting.length;
const survivors: string[] = [];
await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log([...survivors.sort(), `${all} breaks, ${survivors.length} unnoticed`].join('\n'));
process.exitCode = survivors.length === 0 ? 0 : 1;

/** Takes one break after the other, in a copy of the chart of its own. */
async function work(): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'chart-'));
  try {
    cpSync(chart, copy, { recursive: true });
    if (!(await passes(copy))) throw new Error('the suites fail already without a break');
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const path = join(copy, 'templates', next.file);
      writeFileSync(path, next.text);
      const { line, from, to } = next.mutant;
      if (await passes(copy))
        survivors.push(`${next.file}:${line}\n  - ${from.trim()}\n  + ${to.trim() || '(left out)'}`);
      writeFileSync(path, next.original);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function passes(folder: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    execFile(helmUnittest, ['--strict', '--failfast', folder], (error) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve(!error);
    });
  });
}
