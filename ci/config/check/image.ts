import type { Config } from '../../core/config.ts';
import { type Images, roles } from '../../core/images.ts';
import { secretReference } from '../../core/secrets.ts';
import { didYouMean } from '../suggest.ts';
import { addProblem, listOf, secretOf, textOf, type Validation } from './validation.ts';

type Part = Pick<Config, 'registry' | 'registryUsername' | 'registryPassword' | 'images'>;

/** host[:port][/path], in lower case as registries demand. */
const registryShape = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/** Where the image goes, and which images take part in making it. */
export function checkImage(validation: Validation): Part {
  const registry = registryOf(validation);
  const username = usernameOf(validation);
  const password = secretOf(validation, 'registryPassword');
  for (const name of ['registryUsername', 'registryPassword'] as const)
    if (validation.settings[name] && !validation.settings.registry)
      addProblem(validation, name, 'has no use without a registry');
  if (validation.settings.registry && validation.settings.registryUsername && !validation.settings.registryPassword)
    addProblem(validation, 'registryUsername', 'needs a registry password beside it');
  if (validation.settings.registry && validation.settings.registryPassword && !validation.settings.registryUsername)
    addProblem(validation, 'registryPassword', 'needs a registry username beside it');
  return {
    images: imagesOf(validation),
    ...(registry !== undefined && { registry }),
    ...(username !== undefined && { registryUsername: username }),
    ...(password !== undefined && { registryPassword: password }),
  };
}

function registryOf(validation: Validation): string | undefined {
  const given = textOf(validation, 'registry')?.replace(/\/+$/, '');
  if (given === undefined) return undefined;
  if (given.includes('@'))
    addProblem(
      validation,
      'registry',
      'must not hold credentials; give them by --registry-username and --registry-password',
    );
  else if (given.includes('://'))
    addProblem(validation, 'registry', `"${given}" must be written without ${given.split('://')[0]}://`);
  else if (!registryShape.test(given))
    addProblem(validation, 'registry', `"${given}" is no registry such as ghcr.io/acme`);
  return given;
}

function usernameOf(validation: Validation): string | undefined {
  const given = textOf(validation, 'registryUsername');
  return given !== undefined && secretReference(given) ? secretOf(validation, 'registryUsername') : given;
}

function imagesOf(validation: Validation): Partial<Images> {
  const images: Partial<Images> = {};
  for (const pair of listOf(validation, 'images')) {
    const [, written = '', image = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    const role = roles.find((candidate) => candidate === written);
    if (!written) addProblem(validation, 'images', `"${pair}" is not of the form role=image`);
    else if (!role)
      addProblem(
        validation,
        'images',
        `"${written}" is no role${didYouMean(written, roles) || `; there are ${roles.join(', ')}`}`,
      );
    else if (!/^[^\s@]+(@sha256:[0-9a-f]{64})?$/.test(image))
      addProblem(validation, 'images', `"${image}" is no reference of an image`);
    else images[role] = image;
  }
  return images;
}
