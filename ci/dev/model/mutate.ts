/**
 * Makes one mistake after the other in the code that decides about releases, and tells which of them the model of a release does not
 * notice: `npm run model:mutate`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../core/program.ts';
import { mutants } from './mutants.ts';

const copy = mkdtempSync(join(tmpdir(), 'model-'));
let unnoticed = 0;
try {
  for (const part of ['ci', 'package.json', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const whole = noticedIn();
  if (whole) throw new Error(`the model complains without a mistake: ${whole}`);
  for (const { name, file, from, to } of mutants) {
    const path = join(copy, 'ci', file);
    const text = readFileSync(path, 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${file} does not say once: ${from}`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
    const noticed = noticedIn();
    writeFileSync(path, text);
    if (!noticed) unnoticed++;
    console.log(`${noticed ? '✓' : '✗'} ${name}${noticed ? `: ${noticed}` : ': NOT NOTICED'}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${mutants.length - unnoticed} of ${mutants.length} mistakes are noticed`);
process.exitCode = unnoticed === 0 ? 0 : 1;

/** What the search says that must never happen; null when all is well. */
function noticedIn(): string | null {
  try {
    execFileSync(process.execPath, ['ci/test/all.ts', 'ci/test/unit', 'release/model'], {
      cwd: copy,
      encoding: 'utf8',
    });
    return null;
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    const after = /after (\d+) tests/.exec(stdout)?.[1];
    const cause = /caused by: Error: (.+)/.exec(stdout)?.[1] ?? / {6}(\S.+)/.exec(stdout)?.[1] ?? 'it does not run';
    return after ? `${cause} (history ${after})` : cause;
  }
}
