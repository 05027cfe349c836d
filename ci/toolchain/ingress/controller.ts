import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../core/context.ts';
import { withToolchainLock } from '../lock.ts';
import { goBuild } from '../make/goBuild.ts';
import { buildPart, isBuilt } from '../parts/part.ts';
import { ingressPart } from '../parts/parts.ts';
import type { Paths } from '../paths.ts';
import { ingressModule } from './module.ts';

/**
 * Compiles Traefik unless it is there: an ingress controller that serves what was written for ingress-nginx. Needs
 * nothing of the toolchain but Go, so it works beside any engine.
 * @returns the static binary
 * @throws PipelineError TOOLCHAIN with the compiler's last lines
 */
export async function ingressController(paths: Paths, log: Log, signal: AbortSignal): Promise<string> {
  const what = await ingressPart(paths);
  const binary = join(what.path, 'traefik');
  if (isBuilt(what)) return binary;
  await withToolchainLock(paths, log, signal, () =>
    log.step('toolchain: compile ingress controller', () => {
      mkdirSync(paths.parts, { recursive: true });
      return buildPart(what, async (folder) => {
        const logFile = join(paths.logs, `${what.name}.log`);
        const module = join(folder, 'module');
        await ingressModule(module, logFile, signal);
        await goBuild({ module, what: 'tool', into: folder, logFile, signal });
        rmSync(module, { recursive: true });
      });
    }),
  );
  return binary;
}
