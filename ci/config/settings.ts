import type { ErrorCode } from '../core/errors.ts';
import type { OptionName } from './options.ts';

/** One setting as it was written, before anything is known about its meaning. */
export interface Given {
  /** One element, unless the option is a list. */
  texts: readonly string[];
  /** Where it was written, as the user would say it: `--ref`, `PIPELINE_REF`, `pipeline.yaml: ref`. */
  label: string;
}

export type Settings = Partial<Record<OptionName, Given>>;

/** Something wrong with the settings: `text` is one line for the user. */
export interface Problem {
  code: ErrorCode;
  text: string;
}

/** What one place (flags, environment, file) says. */
export interface Layer {
  settings: Settings;
  problems: Problem[];
}
