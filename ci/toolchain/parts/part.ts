import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerName, StandalonePython } from './recipes.ts';

/** Something the toolchain builds once: a folder whose name says what it is made of. */
export interface Part {
  name: string;
  /** First 12 hex digits of the hash of all ingredients. */
  key: string;
  path: string;
}

/**
 * Names a part by its ingredients, so that a change in any of them makes another part and nothing stale is ever used.
 * @param ingredients texts: file contents, versions, package names, keys of other parts
 */
export function part(partsFolder: string, name: string, ingredients: readonly string[]): Part {
  const hash = createHash('sha256');
  for (const ingredient of ingredients) hash.update(`${ingredient.length}:`).update(ingredient);
  const key = hash.digest('hex').slice(0, 12);
  return { name, key, path: join(partsFolder, `${name}-${key}`) };
}

/** A part is whole when its folder exists: it is built beside it and renamed as the last act. */
export function isBuilt({ path }: Part): boolean {
  return existsSync(path);
}

/**
 * Builds a part unless it is there. Whoever dies in the middle leaves only a `.partial` folder, which the next build replaces.
 * The caller holds the toolchain's lock, so nobody else writes the same `.partial`.
 */
export async function buildPart(what: Part, build: (folder: string) => Promise<void>): Promise<void> {
  if (isBuilt(what)) return;
  const partial = `${what.path}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await build(partial);
  renameSync(partial, what.path);
}

/**
 * Removes parts that no longer belong to the toolchain: older keys, and what interrupted builds of these left. Not what is built just
 * now: a toolchain that shares these parts and has a lock of its own may be at it.
 */
export function removeOldParts(partsFolder: string, keep: readonly Part[]): void {
  const kept = new Set(keep.map(({ name, key }) => `${name}-${key}`));
  for (const entry of readdirSync(partsFolder)) {
    if (!kept.has(entry.replace(/\.partial$/, ''))) rmSync(join(partsFolder, entry), { recursive: true, force: true });
  }
}

export interface Parts {
  /** dagger, engine, init, dnsname */
  engineBinaries: Part;
  /** kubernetes (all parts of a node in one), kubectl */
  kubernetesBinaries: Part;
  /** helm, coredns, crane, registry, kubeconform, helm-unittest */
  toolBinaries: Part;
  /** Debian file systems, each as root.tar.gz */
  baseDebian: Part;
  engineDebian: Part;
  nodeDebian: Part;
  pythonDebian: Part;
  toolsDebian: Part;
  /** The file system that the engine runs in. */
  engineRoot: Part;
  /** What an image has above its Debian, each as layer.tar.gz */
  nodeLayer: Part;
  toolsLayer: Part;
  lintLayer: Part;
  registryLayer: Part;
}

/** What is built only when an app asks for it. A newcomer's first run does not wait for it. */
export interface PartsOnDemand {
  /** Other versions than the one that is always there. */
  pythons: readonly Python[];
  /** Each a Debian file system, as root.tar.gz */
  servers: Readonly<Record<ServerName, Part>>;
}

export interface Python {
  /** Minor version. */
  version: string;
  /** A release of Debian that has it, or what stands in /usr/local above the version that is always there. */
  from: string | StandalonePython;
  /** root.tar.gz of that release, or layer.tar.gz */
  part: Part;
}
