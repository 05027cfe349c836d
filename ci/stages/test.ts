import { join, posix } from 'node:path';
import type { Container } from '@dagger.io/dagger';
import { junitDir } from '../app/planTests.ts';
import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { root } from '../core/program.ts';
import type { TestCase } from '../core/report.ts';
import { evaluate, failingAs } from '../dagger/engineFailure.ts';
import { appContainers } from '../image/appContainers.ts';
import type { Source } from '../source/loadSource.ts';
import { exportReports } from '../unittests/exportReports.ts';
import { judge } from '../unittests/judge.ts';
import { tryDatabase } from '../unittests/remedies/database.ts';
import { mariadbServer } from '../unittests/remedies/mariadb.ts';
import { postgresServer } from '../unittests/remedies/postgres.ts';
import { redisServer } from '../unittests/remedies/redis.ts';
import type { Ran, Remedy } from '../unittests/remedies/remedy.ts';
import { missingVariables, staticFiles } from '../unittests/remedies/settings.ts';
import { djangoRunner, exitCodeFile, runTests } from '../unittests/runTests.ts';

/** The Django runner's code; in the generic image it is already. */
const djangoFolder = join(root, 'ci/django');

const databases: readonly Remedy[] = [postgresServer, mariadbServer];

/** In the order in which they are needed: of settings that do not load, nothing else can be seen. */
const remedies: readonly Remedy[] = [missingVariables, ...databases, redisServer, staticFiles];

type TestContext = Pick<Context, 'dag' | 'images' | 'ensureImage' | 'config' | 'log' | 'report' | 'runId'>;

/**
 * Runs the app's unit tests in a container. Their JUnit files and output are in the folder of the reports afterwards.
 * @param summary is told what came of it, in a few words
 * @throws TESTS naming the tests that failed, BUILD when there is no image to run them in
 */
export async function test(ctx: TestContext, source: Source, summary: (text: string) => void): Promise<void> {
  const { tests } = source.app;
  const limit = ctx.config.testTimeout;
  const result = await runWithHelp(ctx, source);
  const { cases } = result;
  ctx.report.tests = { command: tests.title, cases };

  const verdict = judge({ ...result, limit }, tests.runner);
  if (!verdict.passed) throw new PipelineError('TESTS', verdict.message, { details: verdict.details });
  summary(verdict.note ?? tally(cases));
  if (verdict.note) ctx.report.notes.push(verdict.note);
}

interface Result {
  exitCode: number;
  /** Both streams. */
  output: string;
  cases: TestCase[];
}

/** Tests have the database that their settings look for. Those that do not pass run again with what else they lacked, if that is found. */
async function runWithHelp(ctx: TestContext, source: Source): Promise<Result> {
  const { app } = source;
  const containers = appContainers(ctx, source);
  if (containers.note) ctx.report.notes.push(containers.note);
  let image = await evaluate(containers.test, 'the image for the tests');
  // What somebody's own image or command has in its environment is his affair.
  if (hasOwnImage(source) || app.tests.runner === 'command') return run(ctx, source, image);
  const left = new Set(remedies);
  const helps = async (remedy: Remedy, ran: Pick<Ran, 'cases' | 'output'>): Promise<boolean> => {
    const help = await remedy({ ...ctx, ...ran, image, app });
    if (!help) return false;
    ctx.report.notes.push(help.note);
    image = image.with(help.step);
    return left.delete(remedy);
  };
  const attempt = async (): Promise<Result> => {
    const missed = databases.every((each) => left.has(each)) ? await tryDatabase(image, app, ctx.runId) : null;
    if (missed) for (const database of databases) if (await helps(database, missed)) break;
    return run(ctx, source, image);
  };
  let result = await attempt();
  for (const remedy of left) {
    if (result.exitCode === 0) break;
    if (await helps(remedy, result)) result = await attempt();
  }
  return result;
}

function hasOwnImage({ app }: Source): boolean {
  return app.dockerfile?.testTarget ?? false;
}

async function run(ctx: TestContext, source: Source, image: Container): Promise<Result> {
  const { app } = source;
  // The generic image's working directory is the folder of manage.py; an image of the app's own may have any.
  const own = hasOwnImage(source);
  const dir = own ? app.tests.dir : posix.relative(app.dir, app.tests.dir) || '.';
  const prepared = own ? image.with(djangoRunner(ctx.dag.host().directory(djangoFolder))) : image;
  const tests = prepared.with(
    runTests({ plan: app.tests, dir, limit: ctx.config.testTimeout, nonce: ctx.runId, reports: ctx.dag.directory() }),
  );
  const ran = await failingAs('TESTS', 'the tests could not be started', async () => {
    const output = await tests.combinedOutput();
    return { output, exitCode: Number.parseInt(await tests.file(exitCodeFile).contents(), 10) };
  });
  return { ...ran, cases: await exportReports(ctx, { ...ran, reports: tests.directory(junitDir) }) };
}

function tally(cases: readonly TestCase[]): string {
  const count = (outcome: TestCase['outcome']): number => cases.filter((test) => test.outcome === outcome).length;
  const skipped = count('skipped');
  return `${count('passed')} tests passed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
