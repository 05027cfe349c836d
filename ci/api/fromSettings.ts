import { type OptionName, optionNames, options } from '../config/options.ts';
import type { Layer } from '../config/settings.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Settings } from './settings.ts';

/** A setting of one command alone; a delivery has no use for it. */
const notOurs: readonly OptionName[] = ['to'];

/**
 * Reads the settings of a program. Whoever writes JavaScript, or casts, may hand over anything, so each is looked at: a text must
 * not be empty, for a variable that is not set must not lead to another cluster than the one that was meant.
 */
export function fromSettings(given: Settings): Layer {
  const layer: Layer = { settings: {}, problems: [] };
  const names = optionNames.filter((name) => !notOurs.includes(name));
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const name = names.find((candidate) => candidate === key);
    const problem = (text: string) => layer.problems.push({ code: 'CONFIG', text: `${key}: ${text}` });
    if (!name) {
      problem(`unknown setting${didYouMean(key, names)}`);
      continue;
    }
    const texts = textsOf(name, value);
    if (!texts) problem(`must be ${shape(name)}`);
    else if (texts.includes('')) problem('must not be empty; leave it out instead');
    else if (texts.length > 0) layer.settings[name] = { texts, label: key };
  }
  return layer;
}

function textsOf(name: OptionName, value: unknown): string[] | undefined {
  if (name === 'images') return imagesOf(value);
  if (options[name].kind === 'list' && Array.isArray(value)) return allTexts(value);
  return allTexts([value]);
}

function imagesOf(value: unknown): string[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const images: unknown[] = Object.values(value);
  return allTexts(images) && Object.entries(value).map(([role, image]) => `${role}=${image}`);
}

function allTexts(values: readonly unknown[]): string[] | undefined {
  const plain = values.every((value) => typeof value === 'string' || typeof value === 'number');
  return plain ? values.map(String) : undefined;
}

function shape(name: OptionName): string {
  if (name === 'images') return "an object such as { python: 'python:3.13-slim' }";
  return options[name].kind === 'list' ? 'a list of texts' : 'a text or a number';
}
