import { join } from 'node:path';
import type { Images } from '../context.ts';
import type { Parts } from './parts.ts';

/** The only Python that the toolchain has: Debian's. */
export const pythonVersion = '3.13';

/** An image of the mirror: layers from parts, and what it starts (as in the public image that it stands in for). */
export interface Image {
  role: keyof Images;
  /** Paths below the mirror: name and tag. The tag is made of the parts' keys, so other content has another name. */
  name: string;
  tag: string;
  layers: readonly string[];
  /** Options of `crane mutate`. */
  config: readonly string[];
}

/** The images that the toolchain offers in place of public ones. */
export function images(parts: Parts): Image[] {
  const root = (part: Parts[keyof Parts]) => join(part.path, 'root.tar');
  const layer = (part: Parts[keyof Parts]) => join(part.path, 'layer.tar');
  const { pythonDebian, toolsDebian, toolsLayer, registryLayer, nodeDebian, nodeLayer } = parts;
  return [
    {
      role: 'python',
      name: 'python',
      tag: `${pythonVersion}-${pythonDebian.key}`,
      layers: [root(pythonDebian)],
      config: ['--cmd=python3'],
    },
    {
      role: 'tools',
      name: 'tools',
      tag: `${toolsDebian.key}-${toolsLayer.key}`,
      layers: [root(toolsDebian), layer(toolsLayer)],
      config: ['--cmd=sh'],
    },
    {
      role: 'registry',
      name: 'registry',
      tag: registryLayer.key,
      layers: [layer(registryLayer)],
      config: ['--entrypoint=/bin/registry', '--cmd=serve,/etc/distribution/config.yml'],
    },
    {
      role: 'kubernetes',
      name: 'node',
      tag: `${nodeDebian.key}-${nodeLayer.key}`,
      layers: [root(nodeDebian), layer(nodeLayer)],
      config: ['--entrypoint=/usr/local/bin/k3s', '--cmd=server'],
    },
  ];
}
