import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Images } from '../../core/images.ts';
import type { Part, Parts, Python } from './part.ts';
import { pythonVersion, pythonVersions, type ServerName } from './recipes.ts';

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

/** The images that are always there, in place of public ones. */
export function images(parts: Parts): Image[] {
  const { pythonDebian, toolsDebian, toolsLayer, lintLayer, registryLayer, nodeDebian, nodeLayer } = parts;
  const others: Image[] = [
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
  ];
  return [pythonImage(pythonVersion, [root(pythonDebian)], parts), ...others.map(tagged)];
}

/** The image with a version of Python. The names of all of them differ in the version only. */
export function pythonImage(
  version: string,
  layers: readonly string[],
  { pythonDebian }: Pick<Parts, 'pythonDebian'>,
): Image {
  const tag = `${version}-${pythonDebian.key}`;
  const image = tagged({ roles: ['python'], name: 'python', tag, layers, config: ['--cmd=python3'] });
  // As the public images have it; the tag tells it already.
  return { ...image, config: [...image.config, `--env=PYTHON_VERSION=${version}`] };
}

/** What an image with another version than the one that is always there consists of. */
export function pythonLayers({ from, part }: Python, { pythonDebian }: Pick<Parts, 'pythonDebian'>): string[] {
  return typeof from === 'string' ? [root(part)] : [root(pythonDebian), layer(part)];
}

/**
 * The name of the image with the version that is always there, as a pattern for all versions: see ci/image/pythonImage.ts.
 * @param reference such as `localhost:47300/python:3.13-…`
 */
export function pythonPattern(reference: string): string {
  return reference.replace(`:${pythonVersion}-`, `:{${pythonVersions.join(',')}}-`);
}

/** A server as it is in Debian. */
export function serverImage(role: ServerName, debian: Part): Image {
  return tagged({ roles: [role], name: role, tag: debian.key, layers: [root(debian)], config: ['--cmd=sh'] });
}

function layer(part: Part): string {
  return join(part.path, 'layer.tar.gz');
}

function root(debian: Part): string {
  return join(debian.path, 'root.tar.gz');
}

/** Lets the tag tell what the image starts, too. */
export function tagged(image: Image): Image {
  const start = createHash('sha256').update(image.config.join(' ')).digest('hex').slice(0, 6);
  return { ...image, tag: `${image.tag}-${start}` };
}
