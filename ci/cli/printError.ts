import type { Paint } from '../log/colours.ts';
import { explain } from '../report/explain.ts';

/**
 * An error as it is printed last: what happened, the evidence, and what to do. Only a bug of ours shows its stack, and the versions.
 */
export function printError(thrown: unknown, paint: Paint): string {
  const { message, details, fix } = explain(thrown);
  const lines = [`${paint('red', '✗')} ${message}`, ...details.map((line) => `    ${line}`)];
  return `${[...lines, `  ${paint('bold', 'fix:')} ${fix}`].join('\n')}\n`;
}
