import { causes, lastLines, messageOf } from '../core/causes.ts';
import { type ErrorCode, exitCodes, PipelineError } from '../core/errors.ts';
import { version } from '../core/program.ts';
import { engineError, hidesEngineError, type UnpulledImage, unpulledImage } from '../dagger/errors.ts';
import { apiMessage } from '../kube/apiError.ts';
import { missingRight } from '../kube/missingRight.ts';
import { isTransient } from '../kube/retry.ts';

/** An error as a person is told about it. */
export interface Explanation {
  code: ErrorCode;
  exitCode: number;
  message: string;
  details: readonly string[];
  fix: string;
}

/** The Dagger SDK's errors that mean: there is no engine. Known by name, because loading the SDK takes more than a second. */
const engineErrors = [
  'EngineSessionError',
  'EngineSessionConnectionTimeoutError',
  'EngineSessionConnectParamsParseError',
  'InitEngineSessionBinaryError',
];

/** Frames of a stack worth showing. */
const frames = 7;

/**
 * Finds the foreseen failure in an error or underneath it: the Dagger SDK wraps what is thrown inside its callback.
 * Whatever is not foreseen is a bug of ours, and keeps its stack.
 */
export function explain(thrown: unknown): Explanation {
  const chain = causes(thrown);
  const known = chain.find((error) => error instanceof PipelineError);
  if (known) return described(known);
  const engine = chain.find((error) => engineErrors.includes(error.name));
  if (engine) return described(engineError(engine));
  if (hidesEngineError(thrown)) return described(engineError(new Error('It did not say why; its log may.')));
  const missing = chain.map((error) => missingRight(error.message)).find((found) => found !== null);
  if (missing) return described(new PipelineError('FORBIDDEN', missing));
  const unpulled = chain.map((error) => unpulledImage(error.message)).find((found) => found !== null);
  if (unpulled) return described(imageError(unpulled));
  if (isTransient(thrown))
    return described(new PipelineError('CLUSTER', `the cluster does not answer: ${apiMessage(thrown)}`));
  const [error = new Error(messageOf(thrown))] = chain;
  const output = chain.flatMap(outputOf);
  return {
    code: 'INTERNAL',
    exitCode: exitCodes.internal,
    message: error.message || error.name,
    // Whoever reports the bug copies these lines.
    details: [...(output.length > 0 ? output : stackOf(error)), ...version().split('\n')],
    fix: new PipelineError('INTERNAL', '').fix,
  };
}

function imageError({ image, reason }: UnpulledImage): PipelineError {
  return new PipelineError('IMAGE', `the image ${image} cannot be pulled`, { details: lastLines(reason) });
}

function described(error: PipelineError): Explanation {
  const { code, exitCode, message, details, fix } = error;
  return { code, exitCode, message, details, fix };
}

function stackOf({ stack = '' }: Error): string[] {
  const lines = stack.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('at ')).slice(0, frames);
}

/** A command that failed in a container says why on its own stderr, or else on stdout. */
function outputOf(error: Error): string[] {
  if (error.name !== 'ExecError') return [];
  const { stderr, stdout } = error as { stderr?: string; stdout?: string };
  return lastLines(stderr || stdout || '');
}
