import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { hashFiles } from '../core/hashFiles.ts';
import { type Images, roles } from '../core/images.ts';
import { root, versions } from '../core/program.ts';
import type { Fingerprint } from '../core/report.ts';
import { sha256 } from '../core/values.ts';
import { hashChart } from '../helm/chart.ts';
import { listPaths, type Selection } from '../source/files.ts';
import type { PreparedSource } from '../source/prepareSource.ts';

/** So many hexadecimal digits are shown of a hash: enough to tell runs apart, few enough to be read out. */
const digits = 12;

/** One fingerprint of all parts. The order in which they are named does not matter. */
export function fingerprint(parts: Readonly<Record<string, string>>): Fingerprint {
  const ordered = Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1));
  return { value: short(sha256(JSON.stringify(ordered))), parts: { ...parts } };
}

/** The part of a hash that is shown. */
export function short(hash: string): string {
  return hash.slice(0, digits);
}

/** Where a run takes place; all others are what it works with. */
const embedded: readonly (keyof Images)[] = ['registry', 'kubernetes'];
const tools = roles.filter((role) => !embedded.includes(role));

/**
 * The images that the pipeline works with, as parts of a fingerprint.
 * @returns references; without the host where they come from a registry of this very machine, as the toolchain's do
 */
export function imageParts(images: Images): Record<string, string> {
  return Object.fromEntries(
    tools.map((role) => [`image ${role}`, images[role].replace(/^(localhost|127\.0\.0\.1|\[::1\]):\d+\//, '')]),
  );
}

const all: Selection = { exclude: ['**/.git'], gitignore: false };

type Source = Pick<PreparedSource, 'folder' | 'exclude' | 'gitignore' | 'head'>;
type RunContext = Pick<Context, 'config' | 'images'> & { dag: Pick<Context['dag'], 'defaultPlatform'> };

/**
 * All that decides how a run behaves, by name. Not where it runs, when, for whom, and how long it may take: a laptop and a build server
 * name the same commit alike. Of texts that may hold a secret there are only hashes.
 * @param source null for a run that delivers none
 * @param chart the hash of the chart with all that it depends on; without it, that of its folder
 * @param repository path of this repository on the host
 */
export async function partsOfRun(
  ctx: RunContext,
  source: Source | null,
  chart?: string,
  repository = root,
): Promise<Record<string, string>> {
  return {
    ...(await partsOfPipeline(ctx, chart ?? (await hashChart(ctx.config.chart)), repository)),
    ...(source && (await partsOfSource(ctx.config, source))),
  };
}

async function partsOfPipeline(
  { config, images, dag }: RunContext,
  chart: string,
  repository: string,
): Promise<Record<string, string>> {
  const values = await Promise.all(config.values.map((file) => readFile(file, 'utf8')));
  const ci = join(repository, 'ci');
  const there = (...names: string[]) => names.filter((name) => existsSync(join(repository, name)));
  return {
    pipeline: short(await hashFiles(ci, pipelineFiles(await listPaths(ci, all)))),
    lockfile: short(await hashFiles(repository, there('package-lock.json'))),
    'our Dockerfile': short(await hashFiles(repository, there('Dockerfile', '.dockerignore'))),
    'Dagger SDK': versions()['Dagger SDK'] ?? '',
    // Of the engine: images are built for it, and its tools are those of the same name for it.
    platform: await dag.defaultPlatform(),
    ...imageParts(images),
    chart: short(chart),
    name: config.name,
    values: texts(values),
    set: texts(config.set),
  };
}

async function partsOfSource(
  config: Context['config'],
  { folder, exclude, gitignore, head }: Source,
): Promise<Record<string, string>> {
  return {
    source: short(await hashFiles(folder, await listPaths(folder, { exclude, gitignore }))),
    commit: head?.commit.slice(0, 12) ?? 'none',
    // Both are in the image's labels.
    repository: head?.url || 'none',
    'working tree': head?.dirty ? 'changed' : 'as committed',
    'test command': config.testCommand === undefined ? 'detected' : short(sha256(config.testCommand)),
    dockerfile: config.dockerfile ?? 'detected',
    'settings module': config.settingsModule ?? 'detected',
    lint: config.lint,
  };
}

/** In their order: of two that say something about the same, the last one wins. */
function texts(list: readonly string[]): string {
  return list.length === 0 ? 'none' : short(sha256(JSON.stringify(list)));
}

/** What no run executes: tests, measurements, types, and what tools leave behind. */
const without = /^(test|dev)\/|\.d\.ts$|(^|\/)(__pycache__|\.[^/]*cache|\.DS_Store)(\/|$)/;

/**
 * Of the files in `ci/`, those that decide how the pipeline behaves. One that was compiled is the same as its source, and is left out
 * where the source lies beside it.
 * @param paths relative to `ci/`, with slashes
 * @returns names without .ts or .js, each with its path
 */
export function pipelineFiles(paths: readonly string[]): [name: string, path: string][] {
  const known = new Set(paths);
  const compiled = (path: string) => /\.js(\.map)?$/.test(path) && known.has(path.replace(/\.js(\.map)?$/, '.ts'));
  return paths
    .filter((path) => !without.test(path) && !compiled(path))
    .map((path) => [path.replace(/\.[tj]s$/, ''), path]);
}
