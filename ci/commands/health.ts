import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import type { HeldRelease } from '../release/journal.ts';
import type { Ledger } from '../release/ledger/ledger.ts';
import { ledgerStore } from '../release/ledger/store.ts';
import { steadily } from '../release/steadily.ts';
import { withRelease } from '../release/withRelease.ts';
import { stage } from '../report/stage.ts';
import { health } from '../stages/health.ts';
import { recover } from '../stages/recover.ts';

/**
 * Looks after what is live, and delivers nothing: finishes what a dead run has left, then checks the newest release that passed
 * its tests. Where another run is at work on the release there is nothing to look after yet.
 * @throws PipelineError UNHEALTHY
 */
export async function lookAfter(ctx: Context): Promise<void> {
  const { report, log } = ctx;
  report.health = 'checked';
  const look = ({ entries }: Ledger, test?: () => Promise<string[]>) =>
    stage(ctx, 'health', ({ summary }) => health(ctx, entries, summary, undefined, test));
  const before = await ledgerStore(ctx.place).read();
  // Taking the lease would make the namespace, which may be one that was only misspelt.
  if (before.entries.length === 0 && !before.operation) return look(before);
  try {
    const underLease = async (held: Context & HeldRelease) => {
      const test = () => steadily(held, () => held.client.test(), ['NOT_TRIED']);
      return look(await recover(held), test);
    };
    await withRelease(ctx, null, underLease, false);
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'LOCKED') throw error;
    report.health = 'left alone';
    log.info(`${error.message}: left to that run`);
  }
}
