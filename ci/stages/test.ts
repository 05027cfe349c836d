import { posix, resolve } from 'node:path';
import type { Container, Directory } from '@dagger.io/dagger';
import { junitDir } from '../app/planTests.ts';
import type { Context } from '../context.ts';
import { engineFailure } from '../engineFailure.ts';
import { PipelineError } from '../errors.ts';
import { appContainers } from '../image/appContainers.ts';
import { askSettings } from '../image/askSettings.ts';
import { evaluate } from '../image/evaluate.ts';
import { withVariables } from '../image/withVariables.ts';
import type { TestCase } from '../report/report.ts';
import type { Source } from '../source/loadSource.ts';
import { djangoRunner } from '../unittests/djangoRunner.ts';
import { exportReports } from '../unittests/exportReports.ts';
import { judge } from '../unittests/judge.ts';
import { exitCodeFile, runTests } from '../unittests/runTests.ts';

/** The Django runner's code; in the generic image it is already. */
const djangoFolder = resolve(import.meta.dirname, '../django');

type TestContext = Pick<Context, 'dag' | 'images' | 'config' | 'log' | 'report' | 'runId'>;

/**
 * Runs the app's unit tests in a container. Their JUnit files and output are in the folder of the reports afterwards.
 * @param summary is told what came of it, in a few words
 * @throws TESTS naming the tests that failed, BUILD when there is no image to run them in
 */
export async function test(ctx: TestContext, source: Source, summary: (text: string) => void): Promise<void> {
  const { tests } = source.app;
  const limit = ctx.config.testTimeout;
  const { ran, cases } = await runWithVariables(ctx, source);
  ctx.report.tests = { command: tests.title, cases };

  const verdict = judge({ ...ran, limit, cases }, tests.runner);
  if (!verdict.passed) throw new PipelineError('TESTS', verdict.message, { details: verdict.details });
  summary(verdict.note ?? tally(cases));
  if (verdict.note) ctx.report.notes.push(verdict.note);
}

interface Ran {
  exitCode: number;
  /** Both streams. */
  output: string;
  /** What is in `junitDir` afterwards. */
  reports: Directory;
}

/** Where not one test ran since the settings lack environment variables, tests run once more with a stand-in for each. */
async function runWithVariables(ctx: TestContext, source: Source): Promise<{ ran: Ran; cases: TestCase[] }> {
  const { settingsModule, tests } = source.app;
  const image = await evaluate(appContainers(ctx, source).test, 'the image for the tests');
  const ran = await run(ctx, source, image);
  const cases = await exportReports(ctx, ran);
  // What somebody's own image or command has in its environment is his affair.
  const own = hasOwnImage(source) || tests.runner === 'command' || settingsModule === null;
  if (own || ran.exitCode === 0 || cases.length > 0) return { ran, cases };
  const settings = await askSettings(image, { APP_SETTINGS_MODULE: settingsModule });
  const missing = 'problem' in settings ? {} : settings.variables;
  if (Object.keys(missing).length === 0) return { ran, cases };
  ctx.report.notes.push(`the tests had stand-ins for variables that are not set: ${Object.keys(missing).join(', ')}`);
  const again = await run(ctx, source, image.with(withVariables(missing)));
  return { ran: again, cases: await exportReports(ctx, again) };
}

function hasOwnImage({ app }: Source): boolean {
  return app.dockerfile?.testTarget ?? false;
}

async function run(ctx: TestContext, source: Source, image: Container): Promise<Ran> {
  const { app } = source;
  // The generic image's working directory is the folder of manage.py; an image of the app's own may have any.
  const own = hasOwnImage(source);
  const dir = own ? app.tests.dir : posix.relative(app.dir, app.tests.dir) || '.';
  const prepared = own ? image.with(djangoRunner(ctx.dag.host().directory(djangoFolder))) : image;
  const tests = prepared.with(
    runTests({ plan: app.tests, dir, limit: ctx.config.testTimeout, nonce: ctx.runId, reports: ctx.dag.directory() }),
  );
  try {
    const output = await tests.combinedOutput();
    const exitCode = Number.parseInt(await tests.file(exitCodeFile).contents(), 10);
    return { output, exitCode, reports: tests.directory(junitDir) };
  } catch (error) {
    const failure = engineFailure(error);
    if (!failure) throw error;
    throw new PipelineError('TESTS', `the tests could not be started: ${failure.message}`, {
      details: failure.details,
      cause: error,
    });
  }
}

function tally(cases: readonly TestCase[]): string {
  const count = (outcome: TestCase['outcome']): number => cases.filter((test) => test.outcome === outcome).length;
  const skipped = count('skipped');
  return `${count('passed')} tests passed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
