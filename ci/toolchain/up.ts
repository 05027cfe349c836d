import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../core/context.ts';
import type { Images } from '../core/images.ts';
import { runningDaemon } from './daemons/daemon.ts';
import { answers, engineRecord, engineVersion, startEngine } from './daemons/engine.ts';
import { has, mirrored, mirrorPort, mirrorRecord, push, startMirror } from './daemons/mirror.ts';
import { ensureImage } from './ensureImage.ts';
import { withToolchainLock } from './lock.ts';
import { binaries, engineBuild, type GoParts, kubernetesBuild, standardLibrary, toolsBuild } from './make/binaries.ts';
import { debianRoot } from './make/debianRoot.ts';
import { engineRoot } from './make/engineRoot.ts';
import { hostPackages } from './make/hostPackages.ts';
import { type LayerBuild, lintLayer, nodeLayer, registryLayer, toolsLayer } from './make/layers.ts';
import { type Image, images, pythonPattern, serverImage } from './parts/images.ts';
import { buildPart, isBuilt, type Part, type Parts, removeOldParts } from './parts/part.ts';
import { ingressPart, parts, partsOnDemand } from './parts/parts.ts';
import type { debianPackages, ServerName } from './parts/recipes.ts';
import type { Paths } from './paths.ts';

/** What a run needs to know of the toolchain. */
export interface Toolchain {
  /** For _EXPERIMENTAL_DAGGER_RUNNER_HOST. */
  runnerHost: string;
  /** For _EXPERIMENTAL_DAGGER_CLI_BIN. */
  daggerCli: string;
  images: Images;
  /** Makes an image that is made only when somebody asks for it. */
  ensureImage: (reference: string, log: Log, signal: AbortSignal) => Promise<void>;
}

/**
 * Builds what is missing and starts what is not running; seconds when all is there. Safe to be called by several
 * processes at once, and to be killed at any moment.
 * @throws PipelineError HOST_PACKAGES, TOOLCHAIN
 */
export async function up(paths: Paths, log: Log, signal: AbortSignal): Promise<Toolchain> {
  const all = await parts(paths);
  const ready = await running(paths, all);
  if (ready) return ready;
  return withToolchainLock(paths, log, signal, async () => {
    await build(paths, all, log, signal);
    const port = await log.step('toolchain: start image mirror and engine', async () => {
      await startEngine(paths, all.engineRoot, signal);
      return startMirror(paths, all.toolBinaries, signal);
    });
    await fillMirror(paths, all, port, log, signal);
    const { pythons, servers } = partsOnDemand(paths, all);
    const onDemand = [...pythons.map(({ part }) => part), ...Object.values(servers)];
    removeOldParts(paths.parts, [...Object.values(all), ...onDemand, await ingressPart(paths)]);
    return describe(paths, all, port);
  });
}

/** The running toolchain, or null when something is missing or not running. Builds and starts nothing. */
export async function running(paths: Paths, all: Parts): Promise<Toolchain | null> {
  const port = mirrorPort(paths);
  if (!port || !Object.values(all).every(isBuilt)) return null;
  if (runningDaemon(engineRecord(paths))?.version !== engineVersion(all.engineRoot)) return null;
  if (runningDaemon(mirrorRecord(paths))?.version !== all.toolBinaries.key) return null;
  const there = await Promise.all([
    answers(paths.runnerHost.slice('unix://'.length)),
    ...images(all).map((image) => has(port, image)),
  ]);
  return there.every(Boolean) ? describe(paths, all, port) : null;
}

function describe(paths: Paths, all: Parts, port: number): Toolchain {
  const { servers } = partsOnDemand(paths, all);
  const offered = Object.entries(servers).map(([role, part]) => serverImage(role as ServerName, part));
  const references = [...images(all), ...offered].flatMap((image) =>
    image.roles.map((role) => [role, mirrored(port, image)]),
  );
  const known = Object.fromEntries(references) as unknown as Images;
  return {
    runnerHost: paths.runnerHost,
    daggerCli: join(all.engineBinaries.path, 'dagger'),
    images: { ...known, python: pythonPattern(known.python) },
    ensureImage: (reference, log, signal) => ensureImage({ paths, all, port }, reference, log, signal),
  };
}

// Lanes side by side, then what needs them all: while one waits for its sources, for Debian's packages or for a linker, which has
// use for one core only, the others have something to compile.
async function build(paths: Paths, all: Parts, log: Log, signal: AbortSignal): Promise<void> {
  if (Object.values(all).every(isBuilt)) return;
  mkdirSync(paths.parts, { recursive: true });
  const logOf = (what: string) => join(paths.logs, `${what}.log`);
  await log.step('toolchain: check host packages', () => hostPackages(logOf('host-packages'), signal));

  const step = async (name: string, what: Part, work: (folder: string, logFile: string) => Promise<void>) => {
    if (isBuilt(what)) return;
    await log.step(`toolchain: ${name}`, () => buildPart(what, (folder) => work(folder, logOf(what.name))));
  };
  const compile = (name: string, what: Part, source: GoParts) =>
    step(`compile ${name}`, what, (folder, logFile) => binaries(source, folder, logFile, signal));
  const debian = (of: keyof typeof debianPackages, what: Part, base: Part | null = all.baseDebian) =>
    step(`Debian for ${of}`, what, (folder, logFile) => debianRoot(of, base?.path ?? null, folder, logFile, signal));
  const assemble = (name: string, what: Part, work: LayerBuild) =>
    step(name, what, (folder, logFile) => work(folder, all, logFile, signal));

  await allLanes(
    async () => {
      if (!isBuilt(all.engineBinaries) && !isBuilt(all.kubernetesBinaries))
        await log.step("toolchain: compile Go's standard library", () => standardLibrary(logOf('go-library'), signal));
      await allLanes(
        async () => {
          await compile('Dagger engine and CLI', all.engineBinaries, engineBuild);
          await compile('Helm, CoreDNS, registry and linters', all.toolBinaries, toolsBuild);
        },
        () => compile('Kubernetes', all.kubernetesBinaries, kubernetesBuild),
      );
    },
    async () => {
      await debian('base', all.baseDebian, null);
      await debian('engine', all.engineDebian);
      await debian('python', all.pythonDebian);
      await debian('tools', all.toolsDebian);
      await debian('node', all.nodeDebian);
    },
  );
  await allLanes(
    () => assemble('Kubernetes node image', all.nodeLayer, nodeLayer),
    async () => {
      await assemble('engine root', all.engineRoot, engineRoot);
      await assemble('registry image', all.registryLayer, registryLayer);
      await assemble('tools image', all.toolsLayer, toolsLayer);
      await assemble('lint image', all.lintLayer, lintLayer);
    },
  );
}

// Waits for all even when one fails: nothing may go on building behind a reported error.
async function allLanes(...lanes: (() => Promise<void>)[]): Promise<void> {
  const ends = await Promise.allSettled(lanes.map((lane) => lane()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function fillMirror(paths: Paths, all: Parts, port: number, log: Log, signal: AbortSignal): Promise<void> {
  const crane = join(all.toolBinaries.path, 'crane');
  const fill = async (image: Image) => {
    if (await has(port, image)) return;
    const logFile = join(paths.logs, `mirror-push-${image.name}.log`);
    await log.step(`toolchain: put ${image.name} image into the mirror`, () =>
      push(port, image, crane, logFile, signal),
    );
  };
  await allLanes(...images(all).map((image) => () => fill(image)));
}
