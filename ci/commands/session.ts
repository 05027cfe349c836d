import { join } from 'node:path';
import type { App } from '../app/detectApp.ts';
import type { Context } from '../core/context.ts';
import type { Images } from '../core/images.ts';
import { pythonImage } from '../image/pythonImage.ts';
import { logFile } from '../log/logFile.ts';
import { engine, withSession } from '../targets/engine.ts';
import { reachGiven } from '../targets/given/preflight.ts';
import { targets } from '../targets/targets.ts';

/** A run before there is an engine. */
export type Begun = Pick<Context, 'config' | 'log' | 'mask' | 'report' | 'signal' | 'runId'>;

/**
 * Does work with an engine, a registry and a cluster; what was started for it ends with it.
 * @param meanwhile done beside the start of registry and cluster, and not waited for; never rejects
 * @param app what is going to be built; null where nothing is
 * @throws PipelineError ENGINE, TOOLCHAIN, HOST_PACKAGES, REGISTRY, KUBECONFIG, CLUSTER, FORBIDDEN, and what the work throws
 */
export async function inSession(
  begun: Begun,
  work: (ctx: Context) => Promise<void>,
  meanwhile: (ctx: Pick<Context, 'dag' | 'config' | 'images'>) => Promise<void> = async () => {},
  app: App | null = null,
): Promise<void> {
  const { config, log, signal, runId } = begun;
  const given = await reachGiven(config, signal);
  const found = await engine(process.env, log, signal);
  const images: Images = { ...found.images, ...config.images };
  if (app && !app.dockerfile?.testTarget) await found.provide(pythonImage(images.python, app).reference);
  const engineLog = logFile(join(config.reports, 'engine.log'), log.warn);
  await withSession(found, engineLog, async (dag) => {
    void meanwhile({ dag, config, images });
    const where = await targets(dag, images, config, given, log, runId, signal);
    await work({ ...begun, dag, images, provide: found.provide, ...where });
  });
}
