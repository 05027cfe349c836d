import { type Container, ExecError, GraphQLRequestError } from '@dagger.io/dagger';
import { type ErrorCode, PipelineError } from '../core/errors.ts';
import { lostEngine, withoutTracing } from './errors.ts';

/** What the engine says of a failed call, fit to be shown. */
export interface EngineFailure {
  /** One sentence. */
  message: string;
  /** Lines of evidence: the command that failed, and the last it printed. */
  details: string[];
}

const shown = 30;

/**
 * Looks for the engine's answer in an error and its causes: the SDK wraps them differently from one way of connecting to the other.
 * @returns null when the engine did not answer at all, which is no fault of the call: see lostEngine
 */
export function engineFailure(error: unknown): EngineFailure | null {
  if (lostEngine(error) !== null) return null;
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof ExecError) {
      const output = [...lines(at.stdout), ...lines(at.stderr)].slice(-shown);
      return { message: `a command exited with ${at.exitCode}`, details: [`$ ${command(at.cmd)}`, ...output] };
    }
    if (at instanceof GraphQLRequestError) return { message: plain(at.message), details: [] };
  }
  return null;
}

/** Without the shell that a RUN line is given to, and short enough for one line. */
function command(cmd: readonly string[]): string {
  const words = cmd[0] === '/bin/sh' && cmd[1] === '-c' ? cmd.slice(2) : cmd;
  const text = words.join(' ').replace(/\s+/g, ' ');
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function plain(message: string): string {
  return withoutTracing(message).replace(/^failed to convert Dockerfile to LLB: /, '');
}

function lines(text: string): string[] {
  const trimmed = text.trimEnd();
  return trimmed === '' ? [] : trimmed.split('\n');
}

/**
 * Has the engine do work, and tells its failure as one of ours. What is no answer of the engine is passed on as it is.
 * @param sentence what could not be done; the engine's words follow behind a colon
 * @param more lines of evidence behind the engine's own
 * @throws PipelineError with the code
 */
export async function failingAs<T>(
  code: ErrorCode,
  sentence: string,
  work: () => Promise<T>,
  more: readonly string[] = [],
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const failure = engineFailure(cause);
    if (!failure) throw cause;
    throw new PipelineError(code, `${sentence}: ${failure.message}`, { details: [...failure.details, ...more], cause });
  }
}

/**
 * Builds an image now.
 * @param what names it in a message
 * @throws PipelineError BUILD with the last lines of what the failing command printed
 */
export function evaluate(image: Container | Promise<Container>, what: string): Promise<Container> {
  return failingAs('BUILD', `${what} could not be built`, async () => (await image).sync());
}
