import { $ } from 'zx';
import { PipelineError } from '../core/errors.ts';
import { gitEnvironment } from './environment.ts';

export interface GitOptions {
  /** The folder git runs in. */
  cwd: string;
  signal: AbortSignal;
  /** Added to the environment of this process. */
  env?: Record<string, string>;
  /** Milliseconds after which git is ended; without it, git takes its time. */
  timeout?: number;
}

export interface GitResult {
  ok: boolean;
  stdout: string;
  /** The lines of stderr that say something, without git's standard advice. */
  complaint: readonly string[];
}

const advice = /^(Please make sure you have the correct access rights|and the repository exists\.|hint:)/;

/**
 * Runs the host's own git, so that the user's credentials, proxies and ssh configuration work as they do for him.
 * It never asks anything.
 * @returns what it printed, whatever its exit code
 * @throws HOST_PACKAGES when git is not installed, and the signal's reason when it was aborted
 */
export async function git(args: readonly string[], options: GitOptions): Promise<GitResult> {
  options.signal.throwIfAborted();
  const run = $({
    cwd: options.cwd,
    signal: options.signal,
    env: gitEnvironment(process.env, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    quiet: true,
    nothrow: true,
    ...(options.timeout !== undefined && { timeout: options.timeout }),
  });
  const output = await run`git ${args}`;
  options.signal.throwIfAborted();
  if (output.exitCode === 127) {
    throw new PipelineError('HOST_PACKAGES', 'git is not installed, and the source can only be read with it', {
      details: ['On Debian and Ubuntu: apt-get install git'],
    });
  }
  const timedOut = output.signal !== null && options.timeout !== undefined;
  return {
    ok: output.exitCode === 0,
    stdout: output.stdout,
    complaint: timedOut
      ? [`git gave no answer within ${Number(options.timeout) / 1000} s`]
      : output.stderr.split('\n').filter((line) => line.trim() !== '' && !advice.test(line)),
  };
}
