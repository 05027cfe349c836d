import { join } from 'node:path';
import { PipelineError } from '../core/errors.ts';
import type { Facts } from './facts.ts';
import { fileName } from './from/file.ts';

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
