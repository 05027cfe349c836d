import { join } from 'node:path';
import type { Log } from '../core/context.ts';
import { has, mirrored, push } from './daemons/mirror.ts';
import { withToolchainLock } from './lock.ts';
import { debianRoot } from './make/debianRoot.ts';
import { hostPackages } from './make/hostPackages.ts';
import { standalonePython } from './make/standalonePython.ts';
import { type Image, pythonImage, pythonLayers, serverImage } from './parts/images.ts';
import { buildPart, type Part, type Parts, type Python } from './parts/part.ts';
import { partsOnDemand } from './parts/parts.ts';
import type { ServerName } from './parts/recipes.ts';
import type { Paths } from './paths.ts';

/** An image that is made when somebody asks for it, and the one part that is made for it. */
interface OnDemand {
  title: string;
  image: Image;
  part: Part;
  make(folder: string, logFile: string, signal: AbortSignal): Promise<void>;
}

/**
 * Makes an image of the mirror that is made only when somebody asks for it. Nothing is done for any other.
 * @param reference such as `localhost:47300/python:3.11-…`
 * @throws PipelineError TOOLCHAIN, HOST_PACKAGES
 */
export async function ensureImage(
  { paths, all, port }: { paths: Paths; all: Parts; port: number },
  reference: string,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const found = onDemand(paths, all).find(({ image }) => mirrored(port, image) === reference);
  if (!found || (await has(port, found.image))) return;
  const { title, image, part } = found;
  await withToolchainLock(paths, log, signal, () =>
    log.step(`toolchain: ${title}`, async () => {
      await hostPackages(join(paths.logs, 'host-packages.log'), signal);
      const logFile = join(paths.logs, `${part.name}.log`);
      await buildPart(part, (folder) => found.make(folder, logFile, signal));
      await push(port, image, join(all.toolBinaries.path, 'crane'), logFile, signal);
    }),
  );
}

function onDemand(paths: Paths, all: Parts): OnDemand[] {
  const { pythons, servers } = partsOnDemand(paths, all);
  const python = (one: Python): OnDemand => ({
    title: `Python ${one.version}`,
    image: pythonImage(one.version, pythonLayers(one, all), all),
    part: one.part,
    make: (...where) =>
      typeof one.from === 'string'
        ? debianRoot('python', null, ...where, one.from)
        : standalonePython(one.from, ...where),
  });
  const server = (title: string, of: ServerName): OnDemand => ({
    title,
    image: serverImage(of, servers[of]),
    part: servers[of],
    make: (...where) => debianRoot(of, all.baseDebian.path, ...where),
  });
  return [
    ...pythons.map(python),
    server('MariaDB', 'mariadb'),
    server('PostgreSQL', 'postgres'),
    server('Redis', 'redis'),
  ];
}
