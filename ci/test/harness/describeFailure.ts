import { Assertion } from 'uvu/assert';
import { compare } from 'uvu/diff';
import { messageOf } from '../../core/causes.ts';

/** A failed test in lines for people: what was expected, the difference, where, and the errors underneath. */
export function describeFailure(error: Error): string[] {
  const operator = error instanceof Assertion && error.operator ? `  (${error.operator})` : '';
  const name = error instanceof Assertion || error.name === 'Error' ? '' : `${error.name}: `;
  const details =
    'details' in error && Array.isArray(error.details)
      ? error.details.map((line: unknown) => `  ${messageOf(line)}`)
      : [];
  return [
    ...`${name}${error.message}${operator}`.split('\n'),
    ...details,
    ...difference(error),
    ...frames(error).slice(0, 5),
    ...causes(error),
  ];
}

function difference(error: Error): string[] {
  if (error instanceof Assertion && error.details) return lines(error.details);
  // Of `match` uvu tells the pattern only, and of `ok` there is nothing to tell.
  if (error instanceof Assertion) return typeof error.actual === 'string' ? lines(`Actual: ${error.actual}`) : [];
  // Errors of node:assert and of libraries that follow it.
  if ('actual' in error && 'expected' in error) return lines(compare(error.actual, error.expected));
  return [];
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Where it happened in our own files: the frames of Node, of packages and of the harness itself lead nowhere. */
function frames(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at .*[/\\]/.test(line) && !/node:|node_modules|[/\\]test[/\\](harness|run)/.test(line))
    .map((line) => line.trim());
}

function causes(error: Error): string[] {
  const cause = error.cause;
  if (cause === undefined) return [];
  if (!(cause instanceof Error)) return [`caused by: ${messageOf(cause)}`];
  const told = [`caused by: ${cause.name}: ${cause.message}`, ...difference(cause)];
  return [...told, ...frames(cause).slice(0, 2), ...causes(cause)];
}
