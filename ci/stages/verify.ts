import { type HeldRelease, recordLive } from '../release/journal.ts';
import { steadily } from '../release/steadily.ts';

/**
 * Tests the release that was just deployed, and writes down that it passed. The operation in the ledger is closed then.
 * @param revision Helm's
 * @param summary told which tests passed
 * @throws PipelineError VERIFY, SCHEMA, AHEAD
 */
export async function verify(
  ctx: HeldRelease,
  revision: number,
  summary: (text: string) => void = () => {},
): Promise<void> {
  await ctx.journal.phase('test');
  const suites = await steadily(ctx, () => ctx.client.test(summary), ['NOT_TRIED']);
  const { operation } = await ctx.journal.read();
  if (!operation) throw new Error('there is no operation to close');
  await recordLive(ctx, operation, { kind: 'deploy', revision }, suites);
}
