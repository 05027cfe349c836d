import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { root } from '../core/program.ts';
import { sha256 } from '../core/values.ts';
import { listPaths, type Selection } from '../source/files.ts';
import type { PreparedSource } from '../source/prepareSource.ts';
import { versions } from '../version.ts';
import { short } from './fingerprint.ts';
import { hashFiles } from './hashFiles.ts';
import { imageParts } from './imageParts.ts';
import { pipelineFiles } from './pipelineFiles.ts';

const all: Selection = { exclude: ['**/.git'], gitignore: false };

type Source = Pick<PreparedSource, 'folder' | 'exclude' | 'gitignore' | 'history'>;
type RunContext = Pick<Context, 'config' | 'images'> & { dag: Pick<Context['dag'], 'defaultPlatform'> };

/**
 * All that decides how a run behaves, by name. Not where it runs, when, for whom, and how long it may take: a laptop and a build server
 * name the same commit alike. Of texts that may hold a secret there are only hashes.
 * @param source null for a run that delivers none
 * @param repository path of this repository on the host
 */
export async function partsOfRun(
  ctx: RunContext,
  source: Source | null,
  repository = root,
): Promise<Record<string, string>> {
  return {
    ...(await partsOfPipeline(ctx, repository)),
    ...(source && (await partsOfSource(ctx.config, source))),
  };
}

async function partsOfPipeline(
  { config, images, dag }: RunContext,
  repository: string,
): Promise<Record<string, string>> {
  const values = await Promise.all(config.values.map((file) => readFile(file, 'utf8')));
  const ci = join(repository, 'ci');
  const chart = await listPaths(config.chart, all);
  const there = (...names: string[]) => names.filter((name) => existsSync(join(repository, name)));
  return {
    pipeline: short(await hashFiles(ci, pipelineFiles(await listPaths(ci, all)))),
    lockfile: short(await hashFiles(repository, there('package-lock.json'))),
    'our Dockerfile': short(await hashFiles(repository, there('Dockerfile', '.dockerignore'))),
    'Dagger SDK': versions()['Dagger SDK'] ?? '',
    // Of the engine: images are built for it, and its tools are those of the same name for it.
    platform: await dag.defaultPlatform(),
    ...imageParts(images),
    chart: short(await hashFiles(config.chart, chart)),
    name: config.name,
    values: texts(values),
    set: texts(config.set),
  };
}

async function partsOfSource(
  config: Context['config'],
  { folder, exclude, gitignore, history }: Source,
): Promise<Record<string, string>> {
  return {
    source: short(await hashFiles(folder, await listPaths(folder, { exclude, gitignore }))),
    commit: history?.commit.slice(0, 12) ?? 'none',
    // Both are in the image's labels.
    repository: history?.url || 'none',
    'working tree': history?.dirty ? 'changed' : 'as committed',
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
