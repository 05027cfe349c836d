import { readConfig } from '../../../config/readConfig.ts';
import type { Config } from '../../../core/config.ts';
import { PipelineError } from '../../../core/errors.ts';
import { fakeFacts } from './fakeFacts.ts';

export type Given = { argv?: string[]; env?: Record<string, string>; file?: string; files?: Record<string, string> };

/** The settings as the program would read them. */
export const read = ({ argv = [], env = {}, file, files }: Given = {}): Config =>
  readConfig(argv, env, file, fakeFacts(files));

/** The error of settings that must be refused. */
export function refused(given: Given): PipelineError {
  try {
    read(given);
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  throw new Error('the settings were accepted');
}
