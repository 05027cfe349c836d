import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from './apps.ts';
import { groovyJar } from './groovyJar.ts';

const standIn = resolve(import.meta.dirname, '../../jenkins');

/** As Jenkins' store of credentials has them; a file by its text. */
export type Credential = { username: string; password: string } | { file: string } | { secret: string };

/** One build: what a job, its agent and its store of credentials give to it. */
export interface Build {
  /** The text of the Jenkinsfile. */
  jenkinsfile: string;
  /** The folder with the checkout. Default: an empty one. */
  workspace?: string;
  /** All of the agent's environment, and what Jenkins adds to it, such as BUILD_NUMBER. */
  environment?: Record<string, string>;
  credentials?: Record<string, Credential>;
  /** What currentBuild.getBuildCauses() returns. */
  causes?: readonly object[];
  params?: Record<string, string>;
}

/** What was executed: a stage or a condition of `post` with its steps, or a step. */
export interface Step {
  name: string;
  outcome?: 'passed' | 'failed' | 'aborted' | 'skipped';
  args?: unknown[];
  named?: Record<string, unknown>;
  body?: Step[];
}

export interface Ran {
  result: 'SUCCESS' | 'UNSTABLE' | 'FAILURE' | 'ABORTED';
  /** Why Jenkins would refuse the file; then nothing was executed. */
  problems: string[];
  steps: Step[];
  /** Of all files that `junit` took. */
  tests: { total: number; failed: number };
  /** Processes of the build that did not end by any SIGTERM. */
  killed: number;
  triggers: Step[];
  options: Step[];
  /** As Jenkins shows it, with **** for credentials. */
  console: string;
  /** The same as it was printed. */
  raw: string;
  /** Folders with what `archiveArtifacts` and `junit` took. */
  archive: string;
  junit: string;
}

export interface Running {
  ended: Promise<Ran>;
  /** Resolves when the console holds the text; rejects when the build ends before. */
  says(text: string): Promise<void>;
  /** Stops the build, as a click in Jenkins does. */
  abort(): void;
}

/**
 * Starts a Jenkinsfile in the stand-in for Jenkins: see ci/test/jenkins/. It has no sandbox and no plugins, knows only what Grammar.groovy
 * lists, and does not act on options such as `timeout`.
 */
export async function startJenkinsfile(build: Build): Promise<Running> {
  const { folders, running } = await start([build]);
  const ended = running.ended.then(([ran]) => ran as Ran);
  let over = false;
  void ended.finally(() => {
    over = true;
  });
  return {
    ended,
    abort: running.abort,
    async says(text) {
      const log = join(folders[0] as string, 'console.log');
      while (!existsSync(log) || !readFileSync(log, 'utf8').includes(text)) {
        if (over) throw new Error(`the build ended without saying '${text}':\n${(await ended).console}`);
        await sleep(50);
      }
    },
  };
}

/** Runs a Jenkinsfile to its end. */
export async function runJenkinsfile(build: Build): Promise<Ran> {
  return (await startJenkinsfile(build)).ended;
}

/** Runs several one after the other, with one start of Java. */
export async function runJenkinsfiles(builds: readonly Build[]): Promise<Ran[]> {
  return (await start(builds)).running.ended;
}

async function start(builds: readonly Build[]) {
  const jar = await groovyJar();
  const folders = builds.map(() => temporaryFolder());
  const given = builds.map((build, index) => {
    const workspace = build.workspace ?? join(folders[index] as string, 'workspace');
    mkdirSync(workspace, { recursive: true });
    return { environment: {}, credentials: {}, causes: [], params: {}, ...build, workspace, folder: folders[index] };
  });
  // Groovy 2.4 is older than Java's modules.
  const flags = ['--add-opens', 'java.base/java.lang=ALL-UNNAMED', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
  const main = ['-cp', `${jar}:${standIn}`, 'groovy.ui.GroovyMain', join(standIn, 'run.groovy')];
  const child = spawn('java', [...flags, ...main], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  // Not closed before the end: the stand-in takes the end of its input for an abort, so that it never outlives the tests.
  child.stdin.on('error', () => {}).write(`${JSON.stringify(given)}\n`);
  const ended = new Promise<Ran[]>((done, failed) => {
    const noJava = (cause: Error) =>
      failed(new Error(`Java 17 is needed, and did not start: ${cause.message}`, { cause }));
    child.on('error', noJava).on('close', (code) => {
      if (code !== 0) return failed(new Error(`the stand-in for Jenkins ended with ${code}:\n${stderr}`));
      const results = JSON.parse(stdout) as Omit<Ran, 'console' | 'raw' | 'archive' | 'junit'>[];
      done(results.map((result, index) => ({ ...result, ...records(folders[index] as string) })));
    });
  });
  return { folders, running: { ended, abort: () => void child.stdin.write('abort\n') } };
}

function records(folder: string) {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const [archive, junit] = [join(folder, 'archive'), join(folder, 'junit')];
  return { console: read('console.log'), raw: read('raw.log'), archive, junit };
}
