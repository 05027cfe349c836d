import { resolve } from 'node:path';
import type { Facts } from '../config/facts.ts';
import { fromFlags } from '../config/from/flags.ts';
import { PipelineError } from '../core/errors.ts';
import { readReport } from '../report/files.ts';
import { compareRuns } from '../report/render/comparison.ts';

/**
 * `explain A B`: what differs between two runs. Needs no settings and no engine.
 * @param argv the arguments behind the program's name
 * @returns what is to be printed
 * @throws PipelineError CONFIG when there are flags, RUN_REPORT unless there are two reports that can be compared
 */
export function explainRuns(argv: readonly string[], facts: Facts): string {
  const { operands, settings, problems } = fromFlags(argv);
  const given = Object.values(settings).map(({ label }) => `${label}: has no use with explain`);
  const wrong = [...problems.map(({ text }) => text), ...given];
  if (wrong.length > 0) throw new PipelineError('CONFIG', 'explain takes no flags', { details: wrong });
  const [a, b] = operands;
  if (a === undefined || b === undefined || operands.length > 2)
    throw new PipelineError('RUN_REPORT', `explain compares two runs, and got ${operands.length} reports`);
  const read = (path: string) => readReport(resolve(facts.cwd, path), facts);
  return compareRuns({ name: a, report: read(a) }, { name: b, report: read(b) });
}
