import type { Report, StageResult } from '../../core/report.ts';
import { clamp, elapsed, width } from '../../log/text.ts';

const marks = { passed: '✓', failed: '✗', skipped: '-', running: '…' } as const;

/**
 * The stages of a run as a table for the terminal.
 * @param columns width of the terminal; summaries are cut to it
 */
export function summaryTable({ stages }: Report, columns = 120): string {
  const rows = stages.map((stage) => [
    `${marks[stage.outcome]} ${stage.name}`,
    stage.outcome,
    time(stage),
    stage.summary,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  return rows
    .map((row) =>
      row.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)))).join('  '),
    )
    .map((line) => clamp(line.trimEnd(), columns))
    .join('\n');
}

function time({ outcome, ms }: StageResult): string {
  return outcome === 'skipped' ? '' : elapsed(ms);
}

/** Lines in which the cells of a table stand below each other, two blanks apart. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(...rows.map((cells) => cells.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((cells) => width(cells[column] ?? ''))),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}
