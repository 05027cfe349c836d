import { Parser } from 'yargs/helpers';
import { type Command, commands } from '../../core/config.ts';
import { kebab, type OptionName, optionNames, options } from '../options.ts';
import type { Layer } from '../settings.ts';
import { didYouMean } from '../suggest.ts';

/**
 * Reads the command line. Every value stays text: yargs would turn `abc` into NaN and `--no-x` into a setting.
 * @param argv the arguments behind the program's name; a command may stand first
 * @returns the command, the settings, and what `explain` is to compare: no other command takes words that belong to no flag
 */
export function fromFlags(argv: readonly string[]): Layer & { command: Command; operands: readonly string[] } {
  const { _: words, ...flags } = Parser([...argv], {
    string: optionNames.filter((name) => options[name].kind === 'text').map(kebab),
    array: optionNames
      .filter((name) => options[name].kind === 'list')
      .map((name) => ({ key: kebab(name), string: true })),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'short-option-groups': false,
    },
  });
  const byFlag = new Map<string, OptionName>(optionNames.map((name) => [kebab(name), name]));
  const layer: Layer = { settings: {}, problems: [] };
  const problem = (text: string) => layer.problems.push({ code: 'CONFIG', text });

  for (const [flag, value] of Object.entries(flags)) {
    const name = byFlag.get(flag);
    // The value of an unknown flag is not shown: it may be the password of a mistyped --registry-password.
    if (!name) {
      problem(`${asWritten(flag, argv)}: unknown flag${didYouMean(flag, [...byFlag.keys()], (found) => `--${found}`)}`);
      continue;
    }
    const texts = [value].flat().map(String);
    if (texts.length === 0 || texts.includes('')) problem(`--${flag}: needs a value`);
    else if (options[name].kind === 'text' && texts.length > 1) problem(`--${flag}: given ${texts.length} times`);
    else layer.settings[name] = { texts, label: `--${flag}` };
  }

  const [first, ...rest] = words.map(String);
  const command = commands.find((name) => name === first);
  if (command === 'explain') return { ...layer, command, operands: rest };
  const extra = first !== undefined && !command ? [first, ...rest] : rest;
  if (extra.length > 0) problem(unexpected(extra, !command));
  return { ...layer, command: command ?? 'run', operands: [] };
}

/** `npm run ci --source x` is the usual slip: npm takes the flag for itself and hands over `x`. */
function unexpected(words: readonly string[], maybeCommand: boolean): string {
  const hint = maybeCommand ? didYouMean(words[0] ?? '', commands) : '';
  const count = words.length === 1 ? 'one word belongs' : `${words.length} words belong`;
  return `${count} to no flag${hint || '; with npm, flags go behind `--`: npm run ci -- --source ../shop'}`;
}

function asWritten(flag: string, argv: readonly string[]): string {
  return argv.map((word) => word.split('=')[0] ?? '').find((word) => word.replace(/^--?/, '') === flag) ?? `--${flag}`;
}
