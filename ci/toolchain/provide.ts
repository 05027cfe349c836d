import { join } from 'node:path';
import type { Log } from '../log.ts';
import { debianRoot } from './debianRoot.ts';
import { hostPackages } from './hostPackages.ts';
import { type Image, pythonImage, serverImage } from './images.ts';
import { withLock } from './lock.ts';
import { has, mirrored, push } from './mirror.ts';
import { buildPart, type Part } from './part.ts';
import { type debianPackages, debianRelease, type Parts, partsOnDemand, type ServerName } from './parts.ts';
import type { Paths } from './paths.ts';

/** An image that is made when somebody asks for it, and the one part that it consists of. */
interface OnDemand {
  title: string;
  image: Image;
  debian: Part;
  of: keyof typeof debianPackages;
  /** What the file system begins with; null where that is of another release. */
  base: Part | null;
  release: string;
}

/**
 * Makes an image of the mirror that is made only when somebody asks for it. Nothing is done for any other.
 * @param reference such as `localhost:47300/python:3.11-…`
 * @throws PipelineError TOOLCHAIN, HOST_PACKAGES
 */
export async function provide(
  { paths, all, port }: { paths: Paths; all: Parts; port: number },
  reference: string,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const found = onDemand(paths, all).find(({ image }) => mirrored(port, image) === reference);
  if (!found || (await has(port, found.image))) return;
  const { title, image, debian, of, base, release } = found;
  const wait = (holder: number) => log.info(`Process ${holder} is building the toolchain; waiting for it.`);
  await withLock(paths.state, signal, wait, () =>
    log.step(`toolchain: ${title} from Debian`, async () => {
      await hostPackages(join(paths.logs, 'host-packages.log'), signal);
      const logFile = join(paths.logs, `${debian.name}.log`);
      await buildPart(debian, (folder) => debianRoot(of, base?.path ?? null, folder, logFile, signal, release));
      await push(port, image, join(all.toolBinaries.path, 'crane'), logFile, signal);
    }),
  );
}

function onDemand(paths: Paths, all: Parts): OnDemand[] {
  const { pythons, servers } = partsOnDemand(paths, all);
  const server = (title: string, of: ServerName): OnDemand => {
    const debian = servers[of];
    return { title, image: serverImage(of, debian), debian, of, base: all.baseDebian, release: debianRelease };
  };
  return [
    ...pythons.map((python) => ({
      title: `Python ${python.version}`,
      image: pythonImage(python, all),
      debian: python.debian,
      of: 'python' as const,
      base: null,
      release: python.release,
    })),
    server('PostgreSQL', 'postgres'),
    server('Redis', 'redis'),
  ];
}
