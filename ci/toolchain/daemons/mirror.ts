import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../../core/errors.ts';
import { command } from '../make/command.ts';
import type { Image } from '../parts/images.ts';
import type { Part } from '../parts/part.ts';
import { registryConfig } from '../parts/registryConfig.ts';
import type { Paths } from '../paths.ts';
import { runningDaemon, startDaemon, stopDaemon } from './daemon.ts';

export function mirrorRecord(paths: Paths): string {
  return join(paths.state, 'mirror.json');
}

/** The mirror's port on the loopback interface: chosen once, then kept, because image names carry it. */
export function mirrorPort(paths: Paths): number | null {
  const file = join(paths.state, 'mirror.port');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
}

/**
 * Starts the registry that holds the base images, on the loopback interface only: an engine resolves
 * `localhost:PORT/…` over plain HTTP without being configured for it.
 */
export async function startMirror(paths: Paths, tools: Part, signal: AbortSignal): Promise<number> {
  const recordFile = mirrorRecord(paths);
  const logFile = join(paths.logs, 'mirror.log');
  if (runningDaemon(recordFile)?.version !== tools.key) {
    await stopMirror(paths);
    const port = await freePort(mirrorPort(paths) ?? 47_300);
    mkdirSync(paths.mirror, { recursive: true });
    const config = join(paths.state, 'mirror.yml');
    writeFileSync(config, registryConfig(paths.mirror, `127.0.0.1:${port}`));
    writeFileSync(join(paths.state, 'mirror.port'), String(port));
    startDaemon({
      name: 'mirror',
      argv: [join(tools.path, 'registry'), 'serve', config],
      env: { OTEL_TRACES_EXPORTER: 'none' },
      logFile,
      recordFile,
      version: tools.key,
    });
  }
  const port = mirrorPort(paths) as number;
  while (!(await has(port))) {
    signal.throwIfAborted();
    if (!runningDaemon(recordFile)) {
      const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15);
      throw new PipelineError('TOOLCHAIN', `the image mirror does not start; log: ${logFile}`, { details: lines });
    }
    await sleep(100);
  }
  return port;
}

/** Stops the mirror and waits for it. */
export async function stopMirror(paths: Paths): Promise<void> {
  await stopDaemon(mirrorRecord(paths), 10_000);
}

/** The name under which the mirror holds an image. */
export function mirrored(port: number, { name, tag }: Image): string {
  return `localhost:${port}/${name}:${tag}`;
}

/** Puts an image into the mirror. The final tag comes last, so an image that has it is whole. */
export async function push(
  port: number,
  image: Image,
  crane: string,
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  const reference = mirrored(port, image);
  const draft = `${reference}-draft`;
  const layers = image.layers.map((file) => `--new_layer=${file}`);
  await command([crane, 'append', '--insecure', ...layers, `--new_tag=${draft}`], { logFile, signal });
  const path = '--env=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  await command([crane, 'mutate', '--insecure', path, ...image.config, `--tag=${reference}`, draft], {
    logFile,
    signal,
  });
}

/** Whether the mirror answers and, when an image is given, holds it. */
export async function has(port: number, image?: Image): Promise<boolean> {
  const path = image ? `${image.name}/manifests/${image.tag}` : '';
  const headers = {
    accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
  };
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v2/${path}`, { headers, signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * A port of the loopback interface on which nobody listens: the wanted one if it is free, else any.
 * @throws PipelineError TOOLCHAIN when there is none
 */
export async function freePort(wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const found = await new Promise<number | null>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(null));
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
      });
    });
    if (found) return found;
  }
  throw new PipelineError('TOOLCHAIN', 'no free port on the loopback interface');
}
