import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Images } from '../context.ts';
import type { Parts } from './parts.ts';

/** The only Python that the toolchain has: Debian's. */
export const pythonVersion = '3.13';

/** An image of the mirror: layers from parts, and what it starts (as in the public image that it stands in for). */
export interface Image {
  roles: readonly (keyof Images)[];
  /** Paths below the mirror: name and tag. The tag is made of the parts' keys, so other content has another name. */
  name: string;
  tag: string;
  layers: readonly string[];
  /** Options of `crane mutate`. */
  config: readonly string[];
}

/** The images that the toolchain offers in place of public ones. */
export function images(parts: Parts): Image[] {
  const root = (part: Parts[keyof Parts]) => join(part.path, 'root.tar.gz');
  const layer = (part: Parts[keyof Parts]) => join(part.path, 'layer.tar.gz');
  const { pythonDebian, toolsDebian, toolsLayer, lintLayer, registryLayer, nodeDebian, nodeLayer } = parts;
  return named([
    {
      roles: ['python'],
      name: 'python',
      tag: `${pythonVersion}-${pythonDebian.key}`,
      layers: [root(pythonDebian)],
      config: ['--cmd=python3'],
    },
    {
      roles: ['tools'],
      name: 'tools',
      tag: `${toolsDebian.key}-${toolsLayer.key}`,
      layers: [root(toolsDebian), layer(toolsLayer)],
      config: ['--cmd=sh'],
    },
    {
      roles: ['kubeconform', 'unittest'],
      name: 'lint',
      tag: `${toolsDebian.key}-${toolsLayer.key}-${lintLayer.key}`,
      layers: [root(toolsDebian), layer(toolsLayer), layer(lintLayer)],
      config: ['--cmd=sh', '--env=HELM_DATA_HOME=/usr/local/share/helm'],
    },
    {
      roles: ['registry'],
      name: 'registry',
      tag: registryLayer.key,
      layers: [layer(registryLayer)],
      config: ['--entrypoint=/bin/registry', '--cmd=serve,/etc/distribution/config.yml'],
    },
    {
      roles: ['kubernetes'],
      name: 'node',
      tag: `${nodeDebian.key}-${nodeLayer.key}`,
      layers: [root(nodeDebian), layer(nodeLayer)],
      config: ['--entrypoint=/usr/local/bin/k3s', '--cmd=server'],
    },
  ]);
}

/** Lets each tag tell what the image starts, too. */
export function named(all: readonly Image[]): Image[] {
  return all.map((image) => {
    const start = createHash('sha256').update(image.config.join(' ')).digest('hex').slice(0, 6);
    return { ...image, tag: `${image.tag}-${start}` };
  });
}
