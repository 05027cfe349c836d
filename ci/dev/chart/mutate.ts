/**
 * Breaks the chart's templates in every place, one at a time, and tells which breaks no suite of helm-chart/tests notices.
 * Takes many minutes, so it is run by hand: `npm run chart:mutate -- PATH/TO/helm-unittest [TEMPLATE…]`.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../core/program.ts';
import { isNoTemplate, mutants, mutated } from './mutants.ts';

const [helmUnittest = 'helm-unittest', ...only] = process.argv.slice(2);
const chart = join(root, 'helm-chart');
const files = readdirSync(join(chart, 'templates'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(yaml|tpl|txt)$/.test(file))
  .filter((file) => only.length === 0 || only.includes(file));
const waiting = files.flatMap((file) => {
  const text = readFileSync(join(chart, 'templates', file), 'utf8');
  return mutants(text).map((mutant) => ({ file, mutant, text: mutated(text, mutant), original: text }));
});
let all = waiting.length;
let unnoticed = 0;
await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log(`${all - unnoticed} of ${all} breaks are noticed`);
process.exitCode = unnoticed === 0 ? 0 : 1;

/** Takes one break after the other, in a copy of the chart of its own. */
async function work(): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'chart-'));
  try {
    cpSync(chart, copy, { recursive: true });
    if ((await run(copy)) !== 'passed') throw new Error('the suites fail already without a break');
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const path = join(copy, 'templates', next.file);
      writeFileSync(path, next.text);
      const { line, from, to } = next.mutant;
      const outcome = await run(copy);
      if (outcome === 'no template') all--;
      if (outcome === 'passed') {
        unnoticed++;
        console.log(`${next.file}:${line}\n  - ${from.trim()}\n  + ${to.trim() || '(left out)'}`);
      }
      writeFileSync(path, next.original);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function run(folder: string): Promise<'passed' | 'failed' | 'no template'> {
  return new Promise((resolve, reject) => {
    execFile(helmUnittest, ['--strict', '--failfast', folder], (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve(!error ? 'passed' : isNoTemplate(`${stdout}${stderr}`) ? 'no template' : 'failed');
    });
  });
}
