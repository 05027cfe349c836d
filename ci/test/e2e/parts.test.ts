import { resolve } from 'node:path';
import { ReturnType } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import type { Config } from '../../config.ts';
import { appContainers } from '../../image/appContainers.ts';
import type { Report } from '../../report/report.ts';
import { prepareSource } from '../../source/prepareSource.ts';
import { source } from '../../stages/source.ts';
import { describe } from '../harness.ts';
import { engineSession } from './support/engineSession.ts';
import { log } from './support/shared.ts';

const root = resolve(import.meta.dirname, '../../..');

describe('the parts that are not TypeScript', (test) => {
  test('the settings overlay passes its own tests', () =>
    engineSession(async ({ dag, images }) => {
      const ran = dag
        .container()
        .from(images.python.replace('{version}', '3.13'))
        .withMountedDirectory('/django', dag.host().directory(`${root}/ci/django`, { noCache: true }))
        .withWorkdir('/django')
        .withExec(
          ['python', '-m', 'unittest', 'discover', '--start-directory', 'tests', '--top-level-directory', '.'],
          {
            expect: ReturnType.Any,
          },
        );
      const output = await ran.stderr();
      assert.is(await ran.exitCode(), 0, output);
      assert.match(output, /Ran [1-9]\d* tests/);
    }));

  test('the checks that helm test runs pass their own tests, with the Django of the example', () =>
    engineSession(async ({ dag, images }) => {
      const config = { source: `${root}/example` } as Config;
      const prepared = await prepareSource({ config, log, signal: new AbortController().signal });
      const example = await source({ dag, report: {} as Report }, prepared);
      const ran = appContainers({ dag, images }, example)
        .test.withMountedDirectory('/checks', dag.host().directory(`${root}/helm-chart/files`, { noCache: true }))
        .withMountedDirectory('/tests', dag.host().directory(`${root}/ci/chart/tests`, { noCache: true }))
        .withEnvVariable('CHECKS', '/checks')
        .withExec(['python', '-m', 'unittest', 'discover', '--start-directory', '/tests'], { expect: ReturnType.Any });
      const output = await ran.stderr();
      assert.is(await ran.exitCode(), 0, output);
      assert.match(output, /Ran [1-9]\d* tests/);
    }));
}, 600_000);
