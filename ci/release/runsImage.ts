import { assertRunsAsMeant, type RunsContext } from './runsAsMeant.ts';

/**
 * Asserts that the release runs an image.
 * @param image `repository@digest` as the ledger has it; empty for a revision that is older than the ledger: then nothing is known
 * @param waitMs how long what is on its way may take
 * @throws PipelineError NOT_AS_MEANT
 */
export async function runsImage(ctx: RunsContext, image: string, waitMs?: number): Promise<void> {
  const [repository = '', digest = ''] = image.split('@');
  if (digest) await assertRunsAsMeant(ctx, { repository, digest }, waitMs);
}
