import { causes } from '../core/causes.ts';
import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { failingAs } from '../dagger/engineFailure.ts';
import { unpulledImage } from '../dagger/errors.ts';
import { countFindings, formatFinding } from '../lint/finding.ts';
import { lintChart } from '../lint/lintChart.ts';
import { lintDockerfile } from '../lint/lintDockerfile.ts';
import { testChart } from '../lint/testChart.ts';
import type { Delivery } from './source.ts';

type LintContext = Pick<Context, 'dag' | 'config' | 'images' | 'cluster' | 'report'>;

/** Errors beyond this many are in the report only. */
const mostErrors = 20;

/**
 * Checks chart, values and Dockerfile before anything is built, each by the tool of its trade in a container. What they
 * find is in the report, with file and line.
 * @param summary told what was checked and found
 * @throws LINT when there are errors, unless --lint is `report`; LINT_FAILED when a check could not be made
 */
export async function lint(ctx: LintContext, source: Delivery, summary: (text: string) => void): Promise<void> {
  const all = await checked(() =>
    Promise.all([lintChart(ctx, source), testChart(ctx, source.chart), lintDockerfile(ctx, source)]),
  );
  const findings = all.flatMap((one) => one.findings);
  ctx.report.findings = findings;
  const count = countFindings(findings);
  summary([...all.map((one) => one.summary), count].filter(Boolean).join('; '));
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return;
  const details = errors.slice(0, mostErrors).map(formatFinding);
  if (errors.length > mostErrors) details.push(`and ${errors.length - mostErrors} more, in report.json`);
  if (ctx.config.lint === 'report')
    ctx.report.notes.push(`${count} of chart, values and Dockerfile, let pass by --lint report`);
  else throw new PipelineError('LINT', `chart, values and Dockerfile: ${count}`, { details });
}

/** A checker that cannot be started has found nothing, which is not the same as nothing to find. */
function checked<T>(work: () => Promise<T>): Promise<T> {
  return failingAs('LINT_FAILED', 'the checks could not be made', work).catch((error: Error) => {
    // That has an error of its own, with advice of its own.
    const isUnpulled = error instanceof PipelineError && causes(error).some(({ message }) => unpulledImage(message));
    throw isUnpulled ? error.cause : error;
  });
}
