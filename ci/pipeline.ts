/** The run on one page: the stages in order, and what happens when one fails. */
import type { Context } from './context.ts';
import { messageOf } from './errors/explain.ts';
import { PipelineError } from './errors.ts';
import { skipStages, stage } from './report/stage.ts';
import type { PreparedSource } from './source/prepareSource.ts';
import { build } from './stages/build.ts';
import { DeploymentFailed, deploy } from './stages/deploy.ts';
import { lint } from './stages/lint.ts';
import { type Image, publish } from './stages/publish.ts';
import { rollback } from './stages/rollback.ts';
import { type Source, source } from './stages/source.ts';
import { test } from './stages/test.ts';
import { verify } from './stages/verify.ts';

/**
 * Delivers a source: to a release that is live and tested, or back to the one before.
 * @returns when the release is live and tested
 * @throws PipelineError with the exit code that says how the release stands
 */
export async function pipeline(ctx: Context, prepared: PreparedSource): Promise<void> {
  const stages = ['source', 'lint', 'test', 'build', 'publish', 'deploy', 'verify'];
  const next: Next = (work) => {
    ctx.signal.throwIfAborted();
    return stage(ctx, stages.shift() as string, ({ summary }) => work(summary));
  };
  try {
    const from = await next(() => source(ctx, prepared));
    await next((summary) => lint(ctx, from, summary));
    await next((summary) => test(ctx, from, summary));
    const built = await next(() => build(ctx, from));
    const image = await next(() => publish(ctx, from, built));
    await release(ctx, from, image, next);
  } finally {
    skipStages(ctx, stages);
  }
}

/** The first stages alone: nothing is built, pushed or deployed. */
export async function check(ctx: Context, prepared: PreparedSource): Promise<void> {
  const from = await stage(ctx, 'source', () => source(ctx, prepared));
  await stage(ctx, 'lint', ({ summary }) => lint(ctx, from, summary));
}

/** Runs the next stage of the list. */
type Next = <T>(work: (summary: (text: string) => void) => Promise<T>) => Promise<T>;

/** From here on the cluster changes: what fails is undone. */
async function release(ctx: Context, from: Source, image: Image, next: Next): Promise<void> {
  const { report, config } = ctx;
  let before: number | null = null;
  try {
    const deployed = await next(() => deploy(ctx, from, image));
    before = deployed.before;
    report.live = `revision ${deployed.after} of ${config.release}, not tested yet`;
    await next((summary) => verify(ctx, summary));
    report.live = `revision ${deployed.after} of ${config.release} in namespace ${config.namespace}, tested`;
  } catch (failure) {
    if (failure instanceof DeploymentFailed) before = failure.before;
    else if (!(failure instanceof PipelineError) || failure.code !== 'VERIFY') throw failure;
    await stage(ctx, 'rollback', () => rollback(ctx, before));
    throw new PipelineError('RESTORED', messageOf(failure), { details: failure.details, cause: failure });
  }
}
