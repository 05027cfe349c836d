import type { PublishedImage, ReleaseContext } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import type { Upgrade } from '../helm/dryRun.ts';
import { deployedRevision, newestRevision, pendingRevision, type Revision } from '../helm/history.ts';
import { chartInside, imageArguments, releaseValues } from '../helm/values.ts';
import { begunBy, type HeldRelease, longestReason } from '../release/journal.ts';
import type { Identity } from '../release/ledger/ledger.ts';
import { type Changed, helmOperation, overrideConflicts } from '../release/rollout/helmOperation.ts';
import { leaveControlled } from '../release/rollout/leaveControlled.ts';
import { steadily } from '../release/steadily.ts';
import type { Delivery } from './source.ts';

/**
 * Installs or upgrades the release to the image's digest and waits until it runs as it was meant to. Each step is in the ledger
 * before it is taken.
 * @param upgrade see upgradeTo
 * @returns Helm's revision
 * @throws HELM_PENDING when somebody is at work on the release without our lease; RENDER when Helm refuses before it
 * changes anything, FORBIDDEN when the cluster does; DEPLOY, NOT_AS_MEANT when the new revision does not come up; NOT_TRIED, CLUSTER
 * for what says nothing about it
 */
export async function deploy(ctx: HeldRelease, identity: Identity, upgrade: () => Promise<Changed>): Promise<number> {
  const { config, report, client, journal } = ctx;
  const revisions = await freeHistory(ctx);
  const newest = newestRevision(revisions);
  const before = deployedRevision(revisions);
  report.revision = { before };
  const reason = config.retry === undefined ? {} : { retry: config.retry.slice(0, longestReason) };
  const live = before === null ? null : await client.identify(before, (await journal.read()).entries);
  await journal.begin({ ...identity, ...reason, ...begunBy(ctx), phase: 'upgrade', before: newest, live });

  const { exitCode, lines, why, evidence } = await steadily(ctx, async () => {
    await journal.phase('upgrade', newestRevision(await client.history()) + 1);
    return upgrade();
  });
  const after = newestRevision(await client.history());
  if (after === newest) {
    await journal.abandon();
    throw new PipelineError('RENDER', `Helm refused release ${config.release}: ${why}`, { details: lines.slice(-10) });
  }
  report.revision = { before, after };
  report.live = `unknown: revision ${after} of ${config.release} was being deployed`;
  if (exitCode !== 0)
    throw new PipelineError('DEPLOY', `revision ${after} of ${config.release} does not come up: ${why}`, {
      details: evidence,
    });
  await journal.phase('wait');
  await client.waitForRevision(after);
  await client.assertRunsImage(identity.image);
  return after;
}

/** `helm upgrade --install` to the image's digest, with everybody's values. */
export async function upgradeTo(ctx: ReleaseContext, source: Delivery, image: PublishedImage): Promise<Changed> {
  const { args, mounts } = await leaveControlled(ctx, await upgradeOf(ctx, source, image));
  return helmOperation(ctx, args, mounts);
}

/** How Helm is called for that. */
export async function upgradeOf(
  ctx: Pick<ReleaseContext, 'dag' | 'config'>,
  source: Delivery,
  image: PublishedImage,
): Promise<Upgrade> {
  const { config } = ctx;
  const values = await releaseValues(ctx, source);
  const args = [
    ...['upgrade', '--install', config.release, chartInside, '--namespace', config.namespace],
    ...['--timeout', `${config.deployTimeout}s`, ...overrideConflicts],
    ...values.args,
    ...imageArguments(source.chart.values, image),
  ];
  return { args, mounts: values.mounts };
}

/** The release's history, free of an operation that a killed run of an embedded cluster left behind. */
async function freeHistory(ctx: HeldRelease): Promise<Revision[]> {
  const revisions = await ctx.client.history();
  const pending = pendingRevision(revisions);
  if (!pending) return revisions;
  const what = `revision ${pending.revision} of ${ctx.config.release} is ${pending.status}`;
  if (!ctx.cluster.exclusive)
    throw new PipelineError('HELM_PENDING', `${what}: somebody is at work on it without this pipeline, or was killed`);
  // Nobody else can be at work on this cluster, and Helm would refuse to go on.
  await ctx.client.unlock();
  return ctx.client.history();
}
