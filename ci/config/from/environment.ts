import type { Environment } from '../../core/config.ts';
import { type OptionName, optionNames, options, variable } from '../options.ts';
import type { Layer } from '../settings.ts';
import { didYouMean } from '../suggest.ts';

/** Set by build servers for their own purposes (Azure Pipelines), so no typing error of ours. */
const foreign = ['PIPELINE_WORKSPACE'];

/** Reads the PIPELINE_* variables. An empty one counts as absent, as build servers hand over unused parameters. */
export function fromEnvironment(env: Environment): Layer {
  const byVariable = new Map<string, OptionName>(optionNames.map((name) => [variable(name), name]));
  const layer: Layer = { settings: {}, problems: [] };
  for (const [key, value] of Object.entries(env)) {
    if (!key.startsWith('PIPELINE_') || foreign.includes(key) || value === undefined || value.trim() === '') continue;
    const name = byVariable.get(key);
    if (name) layer.settings[name] = { texts: split(name, value), label: key };
    else layer.problems.push({ code: 'CONFIG', text: `${key}: unknown variable${hint(key, [...byVariable.keys()])}` });
  }
  return layer;
}

function hint(key: string, variables: readonly string[]): string {
  const rest = (name: string) => name.slice('PIPELINE_'.length);
  return didYouMean(rest(key), variables.map(rest), (found) => `PIPELINE_${found}`);
}

function split(name: OptionName, value: string): string[] {
  const { kind, separator } = options[name];
  if (kind === 'text') return [value];
  return value
    .split(separator === ',' ? /[\n,]/ : /\n/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
