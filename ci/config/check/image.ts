import type { Config } from '../../core/config.ts';
import { type Images, roles } from '../../core/images.ts';
import { secretReference } from '../../core/secrets.ts';
import { didYouMean } from '../suggest.ts';
import { complain, type Desk, listOf, secretOf, textOf } from './validation.ts';

type Part = Pick<Config, 'registry' | 'registryUsername' | 'registryPassword' | 'images'>;

/** host[:port][/path], in lower case as registries demand. */
const registryShape = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/** Where the image goes, and which images take part in making it. */
export function checkImage(desk: Desk): Part {
  const registry = registryOf(desk);
  const username = usernameOf(desk);
  const password = secretOf(desk, 'registryPassword');
  for (const name of ['registryUsername', 'registryPassword'] as const)
    if (desk.settings[name] && !desk.settings.registry) complain(desk, name, 'has no use without a registry');
  if (desk.settings.registry && desk.settings.registryUsername && !desk.settings.registryPassword)
    complain(desk, 'registryUsername', 'needs a registry password beside it');
  if (desk.settings.registry && desk.settings.registryPassword && !desk.settings.registryUsername)
    complain(desk, 'registryPassword', 'needs a registry username beside it');
  return {
    images: imagesOf(desk),
    ...(registry !== undefined && { registry }),
    ...(username !== undefined && { registryUsername: username }),
    ...(password !== undefined && { registryPassword: password }),
  };
}

function registryOf(desk: Desk): string | undefined {
  const given = textOf(desk, 'registry')?.replace(/\/+$/, '');
  if (given === undefined) return undefined;
  if (given.includes('@'))
    complain(desk, 'registry', 'must not hold credentials; give them by --registry-username and --registry-password');
  else if (given.includes('://'))
    complain(desk, 'registry', `"${given}" must be written without ${given.split('://')[0]}://`);
  else if (!registryShape.test(given)) complain(desk, 'registry', `"${given}" is no registry such as ghcr.io/acme`);
  return given;
}

function usernameOf(desk: Desk): string | undefined {
  const given = textOf(desk, 'registryUsername');
  return given !== undefined && secretReference(given) ? secretOf(desk, 'registryUsername') : given;
}

function imagesOf(desk: Desk): Partial<Images> {
  const images: Partial<Images> = {};
  for (const pair of listOf(desk, 'images')) {
    const [, written = '', image = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    const role = roles.find((candidate) => candidate === written);
    if (!written) complain(desk, 'images', `"${pair}" is not of the form role=image`);
    else if (!role)
      complain(
        desk,
        'images',
        `"${written}" is no role${didYouMean(written, roles) || `; there are ${roles.join(', ')}`}`,
      );
    else if (!/^[^\s@]+(@sha256:[0-9a-f]{64})?$/.test(image))
      complain(desk, 'images', `"${image}" is no reference of an image`);
    else images[role] = image;
  }
  return images;
}
