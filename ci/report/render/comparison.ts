import type { Report } from '../../core/report.ts';
import { columns } from './table.ts';
import { verdict } from './verdict.ts';

/** A run, and what whoever asks calls it. */
export interface Named {
  name: string;
  report: Report;
}

type Row = [what: string, a: string, b: string];

/**
 * What differs between two runs: first what decided them, by the parts of their fingerprints, then what came of it.
 * @returns text for a person, with a line end
 */
export function compareRuns(a: Named, b: Named): string {
  const inputs = different(decided(a.report), decided(b.report));
  // The SDK's version is a part and a version alike.
  const outcomes = different(came(a.report), came(b.report)).filter(
    ([what]) => !inputs.some(([name]) => name === what),
  );
  const rows = [...inputs, ...outcomes];
  const table = rows.length > 0 ? ['', ...columns([['', a.name, b.name], ...rows])] : [];
  return `${[summary(a, b, inputs), ...table].join('\n')}\n`;
}

function summary(a: Named, b: Named, inputs: readonly Row[]): string {
  const without = [a, b].filter(({ report }) => !report.fingerprint).map(({ name }) => name);
  if (without.length > 0)
    return `No fingerprint in ${without.join(' and ')}: such a run ended before all was known that decides it.`;
  if (inputs.length === 0) return 'The same pipeline, tools and inputs.';
  return `Not the same: ${inputs.map(([what]) => what).join(', ')}.`;
}

function decided({ fingerprint }: Report): Record<string, string> {
  return fingerprint?.parts ?? {};
}

function came(report: Report): Record<string, string> {
  const { versions, fingerprint, image, revision, exitCode } = report;
  const { mark, sentence } = verdict(report);
  return {
    fingerprint: fingerprint?.value ?? '-',
    'image digest': image?.digest ?? '-',
    outcome: `${mark} ${sentence}`,
    'exit code': String(exitCode ?? '-'),
    revision: String(revision?.after ?? '-'),
    ...versions,
  };
}

/** What one of the two lacks shows as a dash. */
function different(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): Row[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].flatMap((name): Row[] => (a[name] === b[name] ? [] : [[name, a[name] ?? '-', b[name] ?? '-']]));
}
