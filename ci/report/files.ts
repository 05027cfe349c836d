import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PipelineError } from '../core/errors.ts';
import type { Report, StageResult } from '../core/report.ts';
import { maskAll } from '../log/mask.ts';
import { type JunitCase, junitXml } from './junitXml.ts';

/**
 * Writes `report.json` and `junit/pipeline.xml` (one test case for each stage) below the reports folder.
 * Synchronous, so that it also works while the program ends.
 * @param folder of the reports
 * @throws when the folder cannot be written
 */
export function writeReport(report: Report, folder: string, mask: (text: string) => string): void {
  const masked = maskAll(report, mask);
  writeWhole(join(folder, 'report.json'), `${JSON.stringify(masked, null, 2)}\n`);
  const cases = masked.stages.map((stage) => testcase(stage, masked));
  writeWhole(join(folder, 'junit', 'pipeline.xml'), junitXml(`${report.name} ${report.buildNumber}`, cases));
}

function testcase({ name, outcome, ms, summary }: StageResult, { failure }: Report): JunitCase {
  const base = { suite: 'pipeline', name, ms };
  if (outcome === 'passed' || outcome === 'skipped') return { ...base, outcome };
  const message = summary || 'did not finish';
  const detail =
    failure?.stage === name ? [failure.message, ...failure.details, `fix: ${failure.fix}`].join('\n') : message;
  return { ...base, outcome: 'failed', message, detail };
}

/** A reader sees the old file or the new one, never half of it. */
function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

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
