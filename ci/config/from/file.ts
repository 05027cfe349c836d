import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { PipelineError } from '../../core/errors.ts';
import type { Facts } from '../facts.ts';
import { kebab, type OptionName, optionNames, options } from '../options.ts';
import type { Layer } from '../settings.ts';
import { didYouMean } from '../suggest.ts';

export const fileName = 'pipeline.yaml';

/**
 * Reads pipeline.yaml. Keys are the settings' names, in camelCase or with hyphens as in the flags; a key without a value counts as absent.
 * Values stay as they are written: with YAML's own types the ref 1.10 would become the number 1.1.
 * @param text undefined when there is no file
 */
export function fromFile(text: string | undefined): Layer {
  const layer: Layer = { settings: {}, problems: [] };
  const problem = (line: string) => layer.problems.push({ code: 'CONFIG', text: `${fileName}: ${line}` });
  const document = parseDocument(text ?? '', { schema: 'failsafe' });
  const [error] = document.errors;
  if (error) {
    // The parser's message quotes the file, and with it perhaps a password: only the place and the kind are passed on.
    const line = error.linePos?.[0].line;
    const kind = error.code.toLowerCase().replaceAll('_', ' ');
    problem(`no valid YAML${line === undefined ? '' : ` at line ${line}`} (${kind})`);
    return layer;
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch {
    // The library's message would quote the file.
    problem('a value that begins with * stands for another one, which is not there: put it in quotes');
    return layer;
  }
  if (isNothing(content)) return layer;
  if (!isMap(content)) {
    problem('must hold settings such as `source: ../shop`');
    return layer;
  }
  const names = new Map<string, OptionName>(optionNames.flatMap((name) => [pair(name, name), pair(kebab(name), name)]));
  for (const [key, value] of Object.entries(content)) {
    const name = names.get(key);
    if (!name) {
      problem(`${key}: unknown key${didYouMean(key, optionNames)}`);
      continue;
    }
    const texts = textsOf(name, value);
    if (texts === undefined) problem(`${key}: must be ${shape(name)}`);
    else if (layer.settings[name]) problem(`${key}: given twice`);
    else if (texts.length > 0) layer.settings[name] = { texts, label: `${fileName}: ${key}` };
  }
  return layer;
}

function textsOf(name: OptionName, value: unknown): string[] | undefined {
  if (isNothing(value)) return [];
  if (typeof value === 'string') return [value];
  if (options[name].kind === 'text') return undefined;
  const texts: unknown[] = Array.isArray(value) ? value : [];
  if (Array.isArray(value)) return texts.every((text) => typeof text === 'string') ? texts : undefined;
  if (name !== 'images' || !isMap(value)) return undefined;
  const pairs = Object.entries(value).map(([role, image]) =>
    typeof image === 'string' ? `${role}=${image}` : undefined,
  );
  return pairs.every((one) => one !== undefined) ? pairs : undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || value === '~' || value === 'null';
}

function pair(key: string, name: OptionName): [string, OptionName] {
  return [key, name];
}

function shape(name: OptionName): string {
  if (name === 'images') return 'a map such as `python: python:3.13-slim`';
  return options[name].kind === 'list' ? 'a list of texts' : 'a single text';
}

/**
 * The text of pipeline.yaml in the working directory; undefined when there is none.
 * @throws PipelineError CONFIG when it cannot be read
 */
export function settingsFile(facts: Facts): string | undefined {
  const path = join(facts.cwd, fileName);
  if (facts.kind(path) !== 'file') return undefined;
  try {
    return facts.read(path);
  } catch (cause) {
    throw new PipelineError('CONFIG', `${path} cannot be read`, { cause });
  }
}
