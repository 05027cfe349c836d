/** The run on one page: the stages in order, and what happens when one fails. */
import type { Context, PublishedImage } from './core/context.ts';
import { inSync, refuseQuarantined } from './release/inSync.ts';
import type { HeldRelease } from './release/journal.ts';
import { identify } from './release/ledger/identity.ts';
import type { Identity } from './release/ledger/ledger.ts';
import { candidateOf } from './release/ledger/origin.ts';
import { newestEntry, refuseOvertaken } from './release/overtaken.ts';
import type { Changed } from './release/rollout/helmOperation.ts';
import { withRelease } from './release/withRelease.ts';
import { skipStages, stage } from './report/stage.ts';
import type { PreparedSource } from './source/prepareSource.ts';
import { build } from './stages/build.ts';
import { deploy, upgradeTo } from './stages/deploy.ts';
import { lint } from './stages/lint.ts';
import { publish } from './stages/publish.ts';
import { recover } from './stages/recover.ts';
import { rehearse } from './stages/rehearse.ts';
import { rollback } from './stages/rollback.ts';
import { type Delivery, source } from './stages/source.ts';
import { test } from './stages/test.ts';
import { verify } from './stages/verify.ts';

/**
 * Delivers a source: to a release that is live and tested, or back to the one before.
 * @returns when the release is live and tested
 * @throws PipelineError with the exit code that says how the release stands
 */
export async function pipeline(ctx: Context, prepared: PreparedSource): Promise<void> {
  const rehearsed = ctx.config.rehearsal === 'off' ? [] : ['rehearse'];
  const stages = ['source', 'lint', 'test', 'build', 'publish', ...rehearsed, 'deploy', 'verify'];
  const next: Next = (work) => {
    ctx.signal.throwIfAborted();
    return stage(ctx, stages.shift() as string, ({ summary }) => work(summary));
  };
  const begun = newestEntry(ctx.place);
  try {
    const from = await next((summary) => source(ctx, prepared, summary));
    await next((summary) => lint(ctx, from, summary));
    await next((summary) => test(ctx, from, summary));
    const built = await next(() => build(ctx, from));
    const image = await next(() => publish(ctx, from, built));
    if (rehearsed.length > 0) await next((summary) => rehearse(ctx, from, image, summary));
    await release(ctx, from, image, next, await begun);
  } finally {
    skipStages(ctx, stages);
  }
}

/** The first stages alone: nothing is built, pushed or deployed. */
export async function check(ctx: Context, prepared: PreparedSource): Promise<void> {
  const from = await stage(ctx, 'source', ({ summary }) => source(ctx, prepared, summary));
  await stage(ctx, 'lint', ({ summary }) => lint(ctx, from, summary));
}

/** Runs the next stage of the list. */
export type Next = <T>(work: (summary: (text: string) => void) => Promise<T>) => Promise<T>;

/**
 * From here on the cluster changes, by one run at a time.
 * @param begun see newestEntry
 */
export async function release(
  ctx: Context,
  from: Delivery,
  image: PublishedImage,
  next: Next,
  begun: number | null = null,
): Promise<void> {
  const candidate = candidateOf(from, ctx.config);
  const { commit: _, ...origin } = candidate;
  const identity = { ...(await identify(ctx, from, image)), origin };
  await withRelease(ctx, candidate, (held) => deliver(held, identity, () => upgradeTo(ctx, from, image), next, begun));
}

/** What a dead run left is finished first, and what fails is undone. A newer run that was faster is left alone. */
export async function deliver(
  held: Context & HeldRelease,
  identity: Identity,
  upgrade: () => Promise<Changed>,
  next: Next,
  begun: number | null = null,
): Promise<void> {
  const { report, config } = held;
  const ledger = await recover(held);
  refuseQuarantined(ledger, identity, config.retry);
  const live = await inSync(held, ledger, identity);
  if (live) {
    report.live = `revision ${live.revision} of ${config.release} in namespace ${config.namespace}, tested ${live.endedAt}`;
    report.unchanged = `the same image, chart and values passed their tests before, and run as they were meant to`;
    return;
  }
  await refuseOvertaken(held, ledger, identity, begun);
  try {
    const revision = await next(() => deploy(held, identity, upgrade));
    report.live = `revision ${revision} of ${config.release}, not tested yet`;
    await next((summary) => verify(held, revision, summary));
    report.live = `revision ${revision} of ${config.release} in namespace ${config.namespace}, ${report.untested ? 'not tested: its chart has no tests' : 'tested'}`;
  } catch (failure) {
    throw await rollback(held, failure);
  }
}
