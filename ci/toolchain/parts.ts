import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goVersion } from './hostPackages.ts';
import { otherPythons } from './otherPythons.ts';
import { type Part, part } from './part.ts';
import type { Paths } from './paths.ts';
import type { StandalonePython } from './standalonePython.ts';

/** The Debian release whose packages the parts are made of. */
export const debianRelease = 'trixie';

/** The version of Python that is always there: that of `debianRelease`. */
export const pythonVersion = '3.13';

/** Those that an app can have. */
export const pythonVersions: readonly string[] = [pythonVersion, ...otherPythons.map(([version]) => version)];

/** Debian packages of each root file system; all others begin with those of `base`. */
export const debianPackages = {
  base: ['ca-certificates'],
  engine: [
    ...['runc', 'containernetworking-plugins', 'dnsmasq-base', 'iptables', 'git', 'ripgrep', 'openssh-client'],
    ...['mount', 'pigz'],
  ],
  node: [
    ...['containerd', 'runc', 'etcd-server', 'iptables', 'conntrack', 'iproute2', 'containernetworking-plugins'],
    ...['mount', 'openssl', 'jq', 'catatonit'],
  ],
  mariadb: ['mariadb-server-core', 'mariadb-client-core', 'tzdata'],
  postgres: ['postgresql'],
  python: ['python3', 'python3-pip', 'python3-venv'],
  redis: ['redis-server'],
  tools: ['git'],
} as const;

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

/** Servers that tests may need. */
export type ServerName = 'mariadb' | 'postgres' | 'redis';

export interface Python {
  /** Minor version. */
  version: string;
  /** A release of Debian that has it, or what stands in /usr/local above the version that is always there. */
  from: string | StandalonePython;
  /** root.tar.gz of that release, or layer.tar.gz */
  part: Part;
}

/** This folder: the sources of the parts lie in it. */
export const sources: string = import.meta.dirname;

/** Names all parts by what they are made of. Nothing is built here. */
export async function parts(paths: Paths): Promise<Parts> {
  const make = (name: string, ...ingredients: string[]) => part(paths.parts, name, ingredients);
  const recipe = (...files: string[]) => textOf(sources, files);
  const debian = (of: keyof typeof debianPackages, ...more: string[]) =>
    make(`${of}-debian`, debianRelease, debianPackages[of].join(' '), recipe('debianRoot.ts', 'pack.ts'), ...more);

  const binaries = async (name: string, module: string) =>
    make(name, ...(await go(module)), recipe('binaries.ts', 'goBuild.ts'));

  const engineBinaries = await binaries('engine-binaries', 'engine');
  const kubernetesBinaries = await binaries('kubernetes-binaries', 'kubernetes');
  const toolBinaries = await binaries('tool-binaries', 'tools');
  const baseDebian = debian('base');
  const engineDebian = debian('engine', baseDebian.key);
  const nodeDebian = debian('node', baseDebian.key);
  const layers = recipe('layers.ts', 'pack.ts');
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
      recipe('standalonePython.ts', 'pythonHeaders.ts', 'layers.ts'),
    ),
    toolsDebian: debian('tools', baseDebian.key),
    engineRoot: make(
      'engine-root',
      engineDebian.key,
      engineBinaries.key,
      recipe('engineRoot.ts'),
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
    registryLayer: make('registry-layer', toolBinaries.key, layers, recipe('registryConfig.ts')),
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
  const recipe = textOf(sources, ['ingressController.ts', 'ingressModule.ts', 'goBuild.ts']);
  return part(paths.parts, 'ingress-controller', [...(await go('ingress')), recipe]);
}

// A Go module's ingredients: the compiler and the sources.
async function go(module: string): Promise<string[]> {
  const folder = join(sources, module);
  return [await goVersion(folder), textOf(folder, /\.(go|mod|sum)$/)];
}

// The named files of a folder, or all whose name matches, as one text: names and contents.
function textOf(folder: string, which: readonly string[] | RegExp = /./): string {
  const files = Array.isArray(which)
    ? which
    : readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && (which as RegExp).test(entry.name))
        .map((entry) => join(entry.parentPath.slice(folder.length), entry.name))
        .sort();
  return files.map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`).join('\n');
}
