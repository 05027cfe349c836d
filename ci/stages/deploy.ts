import { CoreV1Api } from '@kubernetes/client-node';
import type { Context } from '../context.ts';
import { catalogue, PipelineError } from '../errors.ts';
import { imageArguments, needsDependencies, readChartValues } from '../helm/chartValues.ts';
import { helm } from '../helm/helm.ts';
import { deployedRevision, history, pendingRevision, type Revision } from '../helm/history.ts';
import { chartInside, releaseValues } from '../helm/releaseValues.ts';
import { missingRight } from '../kube/missingRight.ts';
import { podDiagnosis } from '../kube/podDiagnosis.ts';
import type { Image } from './publish.ts';
import type { Source } from './source.ts';

/** The release before and after the deployment. */
export interface Deployment {
  /** The revision that served before, or null. */
  before: number | null;
  /** The revision that was made. */
  after: number;
}

/** Thrown when the cluster was changed, so that somebody has to change it back. */
export class DeploymentFailed extends PipelineError {
  readonly before: number | null;

  constructor(message: string, before: number | null, details: readonly string[]) {
    super('DEPLOY', message, { details });
    this.before = before;
  }
}

type DeployContext = Pick<Context, 'dag' | 'config' | 'images' | 'cluster' | 'log' | 'report'>;

/**
 * Installs or upgrades the release to the image's digest and waits until it serves.
 * @throws HELM_PENDING when another operation holds the release; RENDER when Helm refuses before it changes anything,
 * FORBIDDEN when the cluster does; DeploymentFailed when the new revision does not come up
 */
export async function deploy(ctx: DeployContext, source: Source, image: Image): Promise<Deployment> {
  const { config, report } = ctx;
  const revisions = await freeHistory(ctx);
  const before = deployedRevision(revisions);
  const newest = revisions.at(-1)?.revision ?? 0;
  report.revision = { before, after: null };

  const { args, mounts } = await releaseValues(ctx, source);
  const { exitCode, lines } = await helm(
    ctx,
    [
      ...['upgrade', '--install', config.release, chartInside, '--namespace', config.namespace],
      ...((await namespaceExists(ctx)) ? [] : ['--create-namespace']),
      ...['--wait', '--timeout', `${config.deployTimeout}s`],
      ...(needsDependencies(config.chart) ? ['--dependency-update'] : []),
      ...args,
      ...imageArguments(readChartValues(config.chart), image),
    ],
    mounts,
  );
  const after = (await history(ctx)).at(-1)?.revision ?? 0;
  if (exitCode === 0) {
    report.revision = { before, after };
    return { before, after };
  }
  const missing = missingRight(lines.join('\n'));
  if (after === newest) {
    if (missing) throw new PipelineError('FORBIDDEN', missing, { details: lines.slice(-10) });
    throw new PipelineError('RENDER', `Helm refused release ${config.release}: ${reason(lines)}`, {
      details: lines.slice(-10),
    });
  }
  report.revision = { before, after };
  const diagnosis = await podDiagnosis(ctx.cluster.kube, config.namespace, config.release);
  throw new DeploymentFailed(
    `revision ${after} of ${config.release} does not come up: ${reason(lines)}`,
    before,
    missing ? [catalogue.FORBIDDEN.fix, ...diagnosis] : diagnosis,
  );
}

/** The release's history, free of an operation that a killed run left behind. */
async function freeHistory(ctx: DeployContext): Promise<Revision[]> {
  const revisions = await history(ctx);
  const pending = pendingRevision(revisions);
  if (!pending) return revisions;
  const { release, namespace } = ctx.config;
  const what = `revision ${pending.revision} of ${release} is ${pending.status}`;
  if (!ctx.cluster.exclusive)
    throw new PipelineError('HELM_PENDING', `${what}: another deployment is under way, or was killed`);
  // Nobody else can be at work on this cluster: the revision is what a killed run left, and Helm would refuse to go on.
  const core = ctx.cluster.kube.makeApiClient(CoreV1Api);
  await core.deleteNamespacedSecret({ namespace, name: `sh.helm.release.v1.${release}.v${pending.revision}` });
  ctx.report.notes.push(`${what}, left by a run that was killed: removed`);
  return history(ctx);
}

// A deployer's rights may end at its namespace: then it cannot be asked for, and it must be there.
async function namespaceExists({ cluster, config }: DeployContext): Promise<boolean> {
  const core = cluster.kube.makeApiClient(CoreV1Api);
  try {
    await core.readNamespace({ name: config.namespace });
    return true;
  } catch (error) {
    return (error as { code?: number }).code !== 404;
  }
}

/** Helm's own words, without the prefix: an error of a schema goes on for some lines. Of a right that is missing, the gist. */
export function reason(lines: readonly string[]): string {
  const start = lines.findLastIndex((line) => line.startsWith('Error: '));
  const error = start < 0 ? lines.slice(-1) : lines.slice(start, start + 4);
  const words = error.map((line) => line.replace(/^Error: /, '').trim()).join(' ');
  return missingRight(words) ?? (words || 'no reason given');
}
