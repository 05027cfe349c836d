import { resolve } from 'node:path';
import type { Environment } from '../../core/config.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { resolveSecret, secretReference } from '../../core/secrets.ts';
import type { Facts } from '../facts.ts';
import type { OptionName } from '../options.ts';
import type { Problem, Settings } from '../settings.ts';

/** What the checks work with: the settings as written, the world they are held against, and the list of what is wrong. */
export interface Validation {
  settings: Settings;
  facts: Facts;
  env: Environment;
  problems: Problem[];
}

/** The single value of a setting, if it was given. */
export function textOf(validation: Validation, name: OptionName): string | undefined {
  return validation.settings[name]?.texts[0];
}

/** The values of a list; empty when it was not given. */
export function listOf(validation: Validation, name: OptionName): readonly string[] {
  return validation.settings[name]?.texts ?? [];
}

/** Notes that a setting is wrong, in the user's words for it. */
export function addProblem(validation: Validation, name: OptionName, text: string, code: ErrorCode = 'CONFIG'): void {
  validation.problems.push({ code, text: `${validation.settings[name]?.label ?? `default ${name}`}: ${text}` });
}

/** An absolute path. `~` is ours to expand: no shell does it in `--flag=~/x` or in a file. */
export function pathOf(validation: Validation, text: string): string {
  return resolve(validation.facts.cwd, text.replace(/^~(?=\/|$)/, validation.facts.home));
}

/**
 * A secret by reference, with the path of a file made absolute. What cannot be resolved is a problem, and so is anything but a reference:
 * process lists, shell histories and logs would show it.
 */
export function secretOf(validation: Validation, name: OptionName): string | undefined {
  const text = textOf(validation, name);
  if (text === undefined) return undefined;
  const reference = secretReference(text);
  if (!reference) {
    addProblem(validation, name, 'a secret itself is refused here; give a reference, env://NAME or file://PATH');
    return undefined;
  }
  const absolute = 'env' in reference ? text : `file://${pathOf(validation, reference.file)}`;
  if (resolveSecret(absolute, validation.env, (path) => validation.facts.read(path)) === undefined)
    addProblem(
      validation,
      name,
      'env' in reference ? `the variable ${reference.env} is not set` : unreadable(absolute.slice(7)),
    );
  return absolute;
}

function unreadable(path: string): string {
  return `${path} cannot be read, or is empty`;
}

/** A length of time in seconds, or the default. */
export function secondsOf(validation: Validation, name: OptionName, byDefault: number): number {
  const given = textOf(validation, name);
  if (given === undefined) return byDefault;
  const seconds = duration(given);
  if (seconds === undefined) addProblem(validation, name, `"${given}" is no length of time such as 90, 90s, 5m or 1h`);
  return seconds ?? byDefault;
}

const unit = { s: 1, m: 60, h: 3600 } as const;

/**
 * Reads a length of time such as 90, 90s, 5m, 1h or 1h30m.
 * @returns whole seconds, or undefined when the text is no duration or is zero
 */
export function duration(text: string): number | undefined {
  const found = /^(?:(\d{1,6})|(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?)$/.exec(text.trim());
  if (!found) return undefined;
  const [, plain, hours, minutes, seconds] = found.map((part) => Number(part ?? 0));
  const total = (plain ?? 0) + (hours ?? 0) * unit.h + (minutes ?? 0) * unit.m + (seconds ?? 0) * unit.s;
  return total > 0 ? total : undefined;
}
