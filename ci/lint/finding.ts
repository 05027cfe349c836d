import type { Finding } from '../core/report.ts';

/** One line, as compilers write it: editors and build servers make a link of its start. */
export function formatFinding({ tool, level, file, line, rule, message }: Finding): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return `${place}: ${level}: ${message.replace(/\s*\n\s*/g, ' ')} (${rule ? `${tool} ${rule}` : tool})`;
}

/** Such as `2 errors, 1 warning`; what there is none of is left out. */
export function countFindings(findings: readonly Finding[]): string {
  return (['error', 'warning', 'info'] as const)
    .map((level) => [level, findings.filter((finding) => finding.level === level).length] as const)
    .filter(([, count]) => count > 0)
    .map(([level, count]) => `${count} ${level === 'info' ? 'remark' : level}${count === 1 ? '' : 's'}`)
    .join(', ');
}

/** What was checked, and what came of it. */
export interface Linted {
  findings: Finding[];
  /** Such as `6 sets of values`. */
  summary: string;
}
