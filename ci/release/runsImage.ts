import type { Context } from '../core/context.ts';
import { assertRunsAsMeant, type RunsContext } from './state/runsImage.ts';

/**
 * Asserts that the release runs an image. What could not be looked at is noted in the report, once.
 * @param image `repository@digest` as the ledger has it; empty for a revision that is older than the ledger: then nothing is known
 * @param waitMs how long what is on its way may take
 * @throws PipelineError NOT_AS_MEANT
 */
export async function runsImage(
  ctx: RunsContext & Pick<Context, 'report'>,
  image: string,
  waitMs?: number,
): Promise<void> {
  const { notes } = ctx.report;
  const [repository = '', digest = ''] = image.split('@');
  const found = digest
    ? (await assertRunsAsMeant(ctx, { repository, digest }, waitMs)).notes
    : ['not checked: which image runs, since no ledger tells which one is meant'];
  notes.push(...found.filter((note) => !notes.includes(note)));
}
