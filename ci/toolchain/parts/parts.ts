import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { type Paths, sources } from '../paths.ts';
import { type Part, type Parts, type PartsOnDemand, part } from './part.ts';
import { debianPackages, debianRelease, otherPythons, type ServerName } from './recipes.ts';

/** @returns the version of Go that compiles the module in `folder`, e.g. `go1.26.8`: part of every key */
export async function goVersion(folder: string): Promise<string> {
  const output = await $({ quiet: true, nothrow: true, cwd: folder })`go env GOVERSION`;
  return output.exitCode === 0 ? output.stdout.trim() : 'none';
}

/** Names all parts by what they are made of. Nothing is built here. */
export async function parts(paths: Paths): Promise<Parts> {
  const make = (name: string, ...ingredients: string[]) => part(paths.parts, name, ingredients);
  const recipe = (...files: string[]) => textOf(sources, files);
  const debian = (of: keyof typeof debianPackages, ...more: string[]) =>
    make(
      `${of}-debian`,
      debianRelease,
      debianPackages[of].join(' '),
      recipe('make/debianRoot.ts', 'make/pack.ts'),
      ...more,
    );

  const binaries = async (name: string, module: string) =>
    make(name, ...(await go(module)), recipe('make/binaries.ts', 'make/goBuild.ts'));

  const engineBinaries = await binaries('engine-binaries', 'engine');
  const kubernetesBinaries = await binaries('kubernetes-binaries', 'kubernetes');
  const toolBinaries = await binaries('tool-binaries', 'tools');
  const baseDebian = debian('base');
  const engineDebian = debian('engine', baseDebian.key);
  const nodeDebian = debian('node', baseDebian.key);
  const layers = recipe('make/layers.ts', 'make/pack.ts');
  return {
    engineBinaries,
    kubernetesBinaries,
    toolBinaries,
    baseDebian,
    engineDebian,
    nodeDebian,
    // Of what the other versions are made as well: their images are named by this key.
    pythonDebian: debian(
      'python',
      baseDebian.key,
      recipe('python/update-ca-certificates'),
      JSON.stringify(otherPythons),
      recipe('make/standalonePython.ts', 'make/pythonHeaders.ts', 'make/layers.ts'),
    ),
    toolsDebian: debian('tools', baseDebian.key),
    engineRoot: make(
      'engine-root',
      engineDebian.key,
      engineBinaries.key,
      recipe('make/engineRoot.ts'),
      recipe('engine/engine.json', 'engine/dnsmasq'),
    ),
    nodeLayer: make(
      'node-layer',
      nodeDebian.key,
      kubernetesBinaries.key,
      toolBinaries.key,
      layers,
      textOf(join(sources, 'kubernetes/node')),
    ),
    toolsLayer: make('tools-layer', kubernetesBinaries.key, toolBinaries.key, layers),
    lintLayer: make('lint-layer', toolBinaries.key, layers, recipe('tools/plugin.yaml')),
    registryLayer: make('registry-layer', toolBinaries.key, layers, recipe('parts/registryConfig.ts')),
  };
}

/** Names the parts that are built only when somebody asks for one. Nothing is built here. */
export function partsOnDemand(paths: Paths, { baseDebian, pythonDebian }: Parts): PartsOnDemand {
  const server = (of: ServerName) => part(paths.parts, `${of}-debian`, [baseDebian.key, ...debianPackages[of]]);
  return {
    pythons: otherPythons.map(([version, from]) => ({
      version,
      from,
      part: part(paths.parts, `python${version}`, [pythonDebian.key, version]),
    })),
    servers: { mariadb: server('mariadb'), postgres: server('postgres'), redis: server('redis') },
  };
}

/** traefik, which only tests ask for. Nothing is built here. */
export async function ingressPart(paths: Paths): Promise<Part> {
  const recipe = textOf(sources, ['ingress/controller.ts', 'ingress/module.ts', 'make/goBuild.ts']);
  return part(paths.parts, 'ingress-controller', [...(await go('ingress')), recipe]);
}

// A Go module's ingredients: the compiler and the sources.
async function go(module: string): Promise<string[]> {
  const folder = join(sources, module);
  return [await goVersion(folder), textOf(folder, /\.(go|mod|sum)$/)];
}

// The named files of a folder, or all whose name matches, as one text: names and contents. Not what a recipe imports: where its
// helpers lie does not change what it makes.
function textOf(folder: string, which: readonly string[] | RegExp = /./): string {
  const files = Array.isArray(which)
    ? which
    : readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && (which as RegExp).test(entry.name))
        .map((entry) => join(entry.parentPath.slice(folder.length), entry.name))
        .sort();
  return files
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return `${name}\n${name.endsWith('.ts') ? text.replace(/^import [^;]*;\n/gm, '') : text}`;
    })
    .join('\n');
}
