import type { Trigger } from './config.ts';
import type { ErrorCode } from './errors.ts';

/** One value that gathers what a run did. Renderers (console, Slack, JUnit, JSON) read it; stages add to it. */

export type Outcome = 'running' | 'passed' | 'failed' | 'skipped';

export interface StageResult {
  name: string;
  outcome: Outcome;
  /** ISO 8601; absent of a stage that was skipped. */
  startedAt?: string;
  /** Wall time in milliseconds. */
  ms: number;
  /** One line: what came of it, or why it failed. */
  summary: string;
}

export interface TestCase {
  suite: string;
  name: string;
  ms: number;
  outcome: 'passed' | 'failed' | 'skipped';
  /** The message of the failure, if any. */
  message?: string;
}

export interface Report {
  /** Schema version of the JSON file. */
  version: 1;
  runId: string;
  /** Of the pipeline, the Dagger SDK and Node. */
  versions: Record<string, string>;
  /** ISO 8601. */
  startedAt: string;
  name: string;
  release: string;
  namespace: string;
  /** The source as it was asked for, without credentials. */
  from?: string;
  /** Where the run was started: BUILD_URL on Jenkins, else the host's name. */
  buildUrl?: string;
  buildNumber: string;
  /** What started the run. */
  trigger: Trigger;
  source?: { commit: string; author: string; subject: string; ref: string; dirty: boolean };
  stages: StageResult[];
  /** Remarks worth a line in every rendering: overridden settings, missing tests, lost state. */
  notes: string[];
  /** How much of what is live could not be looked at; each is a note. Absent for none. */
  notChecked?: number;
  /** What the checks of chart, values and Dockerfile found. */
  findings?: Finding[];
  tests?: { command: string; cases: TestCase[] };
  image?: { reference: string; digest: string };
  /** What was found before the live release was touched; absent without a rehearsal that passed. */
  rehearsal?: Rehearsal;
  /** Helm's. `after` is null where nothing was changed, and absent where that is not known. */
  revision?: { before: number | null; after?: number | null };
  /** By what pipeline, with what tools and from what inputs; of a delivery not known before the source is there. */
  fingerprint?: Fingerprint;
  /** Set when nothing was to be delivered: what is live was looked at, or left to another run that is at work on it. */
  health?: 'checked' | 'left alone';
  /** Why nothing had to be deployed. */
  unchanged?: string;
  /** Whether the chart of what serves has no tests for `helm test`; not known before they were asked for. */
  untested?: boolean;
  /** What serves now, in one sentence, as last checked. */
  live?: string;
  failure?: { stage: string; message: string; fix: string; details: readonly string[] };
  /** What ended the run, by the catalogue of errors; the failure is what began it. */
  endedBy?: ErrorCode;
  exitCode?: number;
  ms?: number;
}

/** What a rehearsal has found on a copy of the live data. */
export interface Rehearsal {
  /** The migrations that the live database lacks. */
  pending: string[];
  /** Whether the code that is live works on a database with these migrations; null where nothing is pending, or it could not be tried. */
  oldCodeWorks: boolean | null;
  /** Django's word for it, such as `sqlite` or `postgresql`. */
  database: string;
  ms: number;
}

/** Notes what could not be looked at, each once: whoever reads that all is well has to know what that says nothing of. */
export function noteNotChecked(report: Pick<Report, 'notes' | 'notChecked'>, lines: readonly string[]): void {
  const fresh = [...new Set(lines)].filter((line) => !report.notes.includes(line));
  if (fresh.length === 0) return;
  report.notes.push(...fresh);
  report.notChecked = (report.notChecked ?? 0) + fresh.length;
}

/** Such as `2 things were not checked`; null where all could be looked at. */
export function notCheckedText({ notChecked = 0 }: Pick<Report, 'notChecked'>): string | null {
  if (notChecked === 0) return null;
  return notChecked === 1 ? '1 thing was not checked' : `${notChecked} things were not checked`;
}

/** What decided how a run behaved: two runs with the same value had the same pipeline, tools and inputs. */
export interface Fingerprint {
  value: string;
  /** By names that people know. Texts that may hold a secret are hashes. */
  parts: Record<string, string>;
}

/** What a checker has to say about one place. Only errors stop a run. */
export interface Finding {
  tool: 'helm' | 'kubeconform' | 'helm-unittest' | 'hadolint';
  level: 'error' | 'warning' | 'info';
  /** As its owner knows it: inside the source, or relative to the working directory. */
  file: string;
  /** Counted from 1; absent where the tool names none. */
  line?: number;
  /** The checker's name for the rule, such as DL3008. */
  rule?: string;
  message: string;
}

/** All that a run writes into the folder of the reports: files and folders. */
export const reportFiles: readonly string[] = ['report.json', 'junit', 'test.log', 'engine.log', 'evidence'];
