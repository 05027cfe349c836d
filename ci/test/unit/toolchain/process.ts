import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Gives the test a folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'toolchain-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until a file holds the text, and returns all of it; the test's time limit ends a vain wait. */
export async function written(file: string, text: string): Promise<string> {
  for (;;) {
    const found = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (found.includes(text)) return found;
    await sleep(20);
  }
}

/** The address of a module of the toolchain, for a program of another process to import. */
export function toolchainModule(name: string): string {
  return new URL(`../../../toolchain/${name}.ts`, import.meta.url).href;
}

/** However a test ends, nothing that it started is left for long. */
const endItself = 'setTimeout(() => process.exit(1), 30_000).unref();';

/** A process of its own that runs a program; `ended` is what it printed to stdout. */
export function program(text: string): { pid: number; kill: () => void; ended: Promise<string> } {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', `${endItself}\n${text}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (data) => {
    printed += data;
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject).on('close', () => resolve(printed));
  });
  return { pid: child.pid as number, kill: () => child.kill('SIGKILL'), ended };
}
