import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { which } from 'zx';
import type { Report } from '../../core/report.ts';
import { engine } from '../../targets/engine.ts';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { leanChart } from './support/charts.ts';
import { nativeCluster } from './support/nativeCluster.ts';
import { runProgram } from './support/program.ts';
import { log } from './support/shared.ts';

const chart = leanChart().folder;

/** Exit code and stages of one run, started in one of the two ways. */
async function outcome(source: string, env: Record<string, string>, command?: string[]): Promise<unknown> {
  const reports = temporaryFolder();
  const where = [...(await nativeCluster()).flags, '--namespace', 'parity'];
  const flags = ['--source', source, '--name', 'todo', '--chart', chart, ...where, '--reports', reports];
  // Another release each time: the same one would not be deployed again.
  flags.push('--set', `podAnnotations.way=${command ? 'inside' : 'direct'}`);
  const { code } = await runProgram(flags, env, command);
  const { stages, exitCode, image } = JSON.parse(readFileSync(join(reports, 'report.json'), 'utf8')) as Report;
  return { code, exitCode, stages: stages.map(({ name, outcome }) => `${name} ${outcome}`), digest: image?.digest };
}

describe('`node ci/index.ts` and `dagger run node ci/index.ts`', (test) => {
  const start = async () => {
    const { env } = await engine(process.env, log, new AbortController().signal);
    const dagger = env['_EXPERIMENTAL_DAGGER_CLI_BIN'] ?? which.sync('dagger');
    return { env, inside: [dagger, '--progress', 'plain', 'run', process.execPath] };
  };

  test('deliver the same by the same stages', async () => {
    const { env, inside } = await start();
    const app = appOfExample();
    const direct = await outcome(app.folder, env);
    assert.is((direct as { code: number }).code, 0);
    assert.equal(await outcome(app.folder, env, inside), direct);
  });

  test('end with the same exit code when a unit test fails', async () => {
    const { env, inside } = await start();
    const app = appOfExample();
    app.change('tasks/tests/test_models.py', "['soon', 'later', 'undated', 'done']", "['soon']");
    const direct = await outcome(app.folder, env);
    assert.is((direct as { code: number }).code, 10);
    assert.equal(await outcome(app.folder, env, inside), direct);
  });
}, 600_000);
