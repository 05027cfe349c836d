import { randomBytes } from 'node:crypto';
import { realFacts } from '../../../config/facts.ts';
import { readConfig } from '../../../config/readConfig.ts';
import { secretValues } from '../../../config/secretValues.ts';
import type { Context } from '../../../core/context.ts';
import { exitCodes } from '../../../core/errors.ts';
import type { Report } from '../../../core/report.ts';
import { pythonImage } from '../../../image/pythonImage.ts';
import { createMask } from '../../../log/mask.ts';
import { pipeline } from '../../../pipeline.ts';
import { explain } from '../../../report/explain.ts';
import { endReport, startReport } from '../../../report/startReport.ts';
import { prepareSource } from '../../../source/prepareSource.ts';
import { temporaryFolder } from './apps.ts';
import type { Place } from './place.ts';
import { log } from './shared.ts';

export interface Delivered {
  exitCode: number;
  report: Report;
  ctx: Context;
}

/**
 * One run with the flags of the command line, in the shared session.
 * @param flags as a user writes them
 * @param work the whole pipeline, or a part of it
 */
export async function deliver(shared: Place, flags: readonly string[], work = pipeline): Promise<Delivered> {
  const config = readConfig(['--reports', temporaryFolder(), ...flags], {}, undefined, realFacts({}));
  const runId = randomBytes(6).toString('hex');
  const report = startReport(config, runId, {});
  const signal = new AbortController().signal;
  const { dag, images, ensureImage } = shared;
  const ctx: Context = {
    dag,
    config,
    images,
    ensureImage,
    log,
    mask: createMask(secretValues(config)),
    report,
    signal,
    runId,
    registry: shared.registry,
    cluster: shared.cluster,
    place: { kube: shared.cluster.kube, namespace: config.namespace, release: config.release },
  };
  const prepared = await prepareSource(ctx);
  let exitCode: number = exitCodes.ok;
  try {
    await ensureImage(pythonImage(images.python, prepared.app).reference);
    await work(ctx, prepared);
  } catch (error) {
    const { message, details, fix, ...explained } = explain(error);
    exitCode = explained.exitCode;
    if (exitCode === exitCodes.internal) throw error;
    report.failure ??= { stage: 'start', message, details, fix };
  } finally {
    await prepared.dispose();
  }
  endReport(report, exitCode);
  return { exitCode, report, ctx };
}
