import { join } from 'node:path';
import { PipelineError } from '../core/errors.ts';
import type { Report } from '../core/report.ts';

/** How files are looked at; tests hand in their own. */
interface Files {
  kind: (path: string) => 'file' | 'folder' | 'absent';
  /** Throws when it cannot be read. */
  read: (path: string) => string;
}

/**
 * The report of an earlier run.
 * @param path absolute: a report.json, or the folder that holds it
 * @throws PipelineError RUN_REPORT when there is none, or one of another version
 */
export function readReport(path: string, { kind, read }: Files): Report {
  const file = kind(path) === 'folder' ? join(path, 'report.json') : path;
  if (kind(file) !== 'file') throw new PipelineError('RUN_REPORT', `there is no file ${file}`);
  let content: Partial<Report> | null;
  try {
    content = JSON.parse(read(file)) as Partial<Report> | null;
  } catch (cause) {
    throw new PipelineError('RUN_REPORT', `${file} cannot be read as a report`, { cause });
  }
  if (typeof content !== 'object' || content === null || !Array.isArray(content.stages) || !content.runId)
    throw new PipelineError('RUN_REPORT', `${file} is no report of a run`);
  if (content.version !== 1)
    throw new PipelineError(
      'RUN_REPORT',
      `${file} is of version ${String(content.version)}, and only version 1 is known`,
    );
  return content as Report;
}
