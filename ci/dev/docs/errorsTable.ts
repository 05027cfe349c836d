import { catalogue } from '../../core/errors.ts';
import { cell, table } from './tables.ts';

/** The catalogue of errors as a Markdown table, by exit code. */
export function errorsTable(): string {
  const entries = Object.entries(catalogue).sort(([, a], [, b]) => a.exitCode - b.exitCode);
  return table(
    ['Code', 'Exit code', 'What to do'],
    entries.map(([code, { exitCode, fix }]) => [`\`${code}\``, String(exitCode), cell(fix)]),
  );
}
