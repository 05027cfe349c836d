import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { $ } from 'zx';
import { PipelineError } from '../../core/errors.ts';

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Everything that the command prints is added here. */
  logFile: string;
  signal?: AbortSignal;
}

/**
 * Runs one command of a build. Its output goes to a log file; the last lines come back only when it fails.
 * @param argv program and arguments, no shell
 * @throws PipelineError TOOLCHAIN with the last lines and the log's path; the abort reason when `signal` fires
 */
export async function command(argv: readonly string[], options: CommandOptions): Promise<string> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  appendFileSync(options.logFile, `$ ${argv.join(' ')}\n`);
  const child = $({
    quiet: true,
    nothrow: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd && { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    ...(options.signal && { signal: options.signal }),
  })`${argv}`;
  const output = await child;
  appendFileSync(options.logFile, output.stdall);
  options.signal?.throwIfAborted();
  if (output.exitCode === 0) return output.stdout;
  // Such as SIGKILL, when the machine has run out of memory.
  const how = output.signal ? `was ended by ${output.signal}` : `failed with exit code ${output.exitCode}`;
  throw new PipelineError('TOOLCHAIN', `${argv[0]} ${how}; log: ${options.logFile}`, {
    details: output.stdall.trimEnd().split('\n').filter(Boolean).slice(-20),
  });
}
