import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config, Environment } from '../core/config.ts';
import { versions } from '../core/program.ts';
import type { Report } from '../core/report.ts';
import { redact } from '../git/url.ts';

/**
 * Opens the report of a run, and removes the JUnit files of the run before: a build server would count them again.
 * @param now the time of the start
 */
export function startReport(config: Config, runId: string, env: Environment = process.env, now = new Date()): Report {
  clear(join(config.reports, 'junit'));
  return {
    version: 1,
    runId,
    versions: versions(),
    startedAt: now.toISOString(),
    name: config.name,
    release: config.release,
    namespace: config.namespace,
    from: redact(config.source),
    buildUrl: buildUrl(env),
    buildNumber: config.buildNumber,
    trigger: config.trigger,
    stages: [],
    notes: [],
  };
}

function buildUrl(env: Environment): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  if (env['BUILD_URL']) return env['BUILD_URL'];
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : hostname();
}

function clear(folder: string): void {
  try {
    for (const file of readdirSync(folder)) if (file.endsWith('.xml')) rmSync(join(folder, file));
  } catch {
    // There is none yet; and what cannot be removed shows when the report is written.
  }
}

/**
 * Closes the report: the exit code, the time taken, and what was cut short. Called once, before it is rendered.
 * @param now the time of the end
 */
export function endReport(report: Report, exitCode: number, now = new Date()): void {
  report.exitCode = exitCode;
  report.ms = now.getTime() - Date.parse(report.startedAt);
  for (const stage of report.stages) {
    if (stage.outcome !== 'running') continue;
    stage.outcome = 'failed';
    stage.ms = stage.startedAt ? now.getTime() - Date.parse(stage.startedAt) : 0;
    stage.summary = 'did not finish';
  }
}
