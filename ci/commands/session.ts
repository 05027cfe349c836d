import { join } from 'node:path';
import type { App } from '../app/detectApp.ts';
import type { Context } from '../core/context.ts';
import type { Images } from '../core/images.ts';
import { withSession } from '../dagger/session.ts';
import { fingerprint, partsOfRun } from '../fingerprint/fingerprint.ts';
import { pythonImage } from '../image/pythonImage.ts';
import { logFile } from '../log/logFile.ts';
import { type PreparedSource, prepareSource } from '../source/prepareSource.ts';
import { engine } from '../targets/engine.ts';
import { preflight } from '../targets/given/preflight.ts';
import { targets } from '../targets/targets.ts';
import type { prebuild } from './prebuild.ts';

/**
 * From the source on this machine to the work in a session. What can be refused early is refused before an engine starts.
 * @param meanwhile absent where nothing is built
 */
export async function withSource(
  begun: RunContext,
  work: (ctx: Context, source: PreparedSource) => Promise<void>,
  meanwhile?: typeof prebuild,
): Promise<void> {
  const prepared = await prepareSource(begun);
  // At an interruption the work is given up: what it leads to may end with the program only.
  begun.signal.addEventListener('abort', () => void prepared.dispose(), { once: true });
  try {
    await withTargets(
      begun,
      (ctx) => work(ctx, prepared),
      async (ctx) => meanwhile?.(ctx, prepared),
      meanwhile ? prepared.app : null,
    );
  } finally {
    await prepared.dispose();
  }
}

/** Work on what is live. Its fingerprint is of what is known without a source. */
export async function withoutSource(begun: RunContext, work: (ctx: Context) => Promise<void>): Promise<void> {
  await withTargets(begun, async (ctx) => {
    ctx.report.fingerprint = fingerprint(await partsOfRun(ctx, null));
    await work(ctx);
  });
}

/** A run before there is an engine. */
export type RunContext = Pick<Context, 'config' | 'log' | 'mask' | 'report' | 'signal' | 'runId'>;

/**
 * Does work with an engine, a registry and a cluster; what was started for it ends with it.
 * @param meanwhile done beside the start of registry and cluster, and not waited for; never rejects
 * @param app what is going to be built; null where nothing is
 * @throws PipelineError ENGINE, TOOLCHAIN, HOST_PACKAGES, REGISTRY, KUBECONFIG, CLUSTER, FORBIDDEN, and what the work throws
 */
export async function withTargets(
  begun: RunContext,
  work: (ctx: Context) => Promise<void>,
  meanwhile: (ctx: Pick<Context, 'dag' | 'config' | 'images'>) => Promise<void> = async () => {},
  app: App | null = null,
): Promise<void> {
  const { config, log, signal, runId } = begun;
  const given = await preflight(config, signal);
  const found = await engine(process.env, log, signal);
  const images: Images = { ...found.images, ...config.images };
  if (app && !app.dockerfile?.testTarget) await found.ensureImage(pythonImage(images.python, app).reference);
  const engineLog = logFile(join(config.reports, 'engine.log'), log.warn);
  await withSession(found, engineLog, async (dag) => {
    void meanwhile({ dag, config, images });
    const { registry, cluster } = await targets(dag, images, config, given, log, runId, signal);
    const place = { kube: cluster.kube, namespace: config.namespace, release: config.release };
    await work({ ...begun, dag, images, ensureImage: found.ensureImage, registry, cluster, place });
  });
}
