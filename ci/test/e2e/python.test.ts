import { join } from 'node:path';
import { type Container, ReturnType } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import { root } from '../../core/program.ts';
import { appContainers } from '../../image/appContainers.ts';
import { describe } from '../harness.ts';
import { appOfExample } from './support/apps.ts';
import { engineSession } from './support/engineSession.ts';
import { loadApp } from './support/loadApp.ts';

/** Where an image has what is in the image, and what the chart runs in it. */
const inside = '/pipeline-tests';

/** Runs Python's own tests in a test image, which has Django, gunicorn and the rest. */
async function run(image: Container, folder: string, ...tests: string[]): Promise<string> {
  const ran = image
    .withWorkdir(join(inside, folder))
    .withEnvVariable('DJANGO_SETTINGS_MODULE', '')
    .withExec(['python', '-m', 'unittest', ...tests], { expect: ReturnType.Any, useEntrypoint: false });
  const told = await ran.stderr();
  assert.is(await ran.exitCode(), 0, told.slice(-5_000));
  return told.trim().split('\n').slice(-3).join(' ');
}

describe('the Python of this project', (test) => {
  test('passes its tests in the images in which it runs', () =>
    engineSession(async (engine) => {
      const { test: image } = appContainers(engine, await loadApp(engine, appOfExample().folder));
      const files = (path: string) => engine.dag.host().directory(join(root, path), { noCache: true });
      const ready = (container: Container) =>
        container
          .withUser('root')
          .withDirectory(join(inside, 'ci/django'), files('ci/django'))
          .withDirectory(join(inside, 'ci/dev/chart/tests'), files('ci/dev/chart/tests'))
          .withDirectory(join(inside, 'helm-chart/files'), files('helm-chart/files'));
      const all = await run(ready(image), 'ci/django');
      assert.match(all, /Ran \d{3} tests/);
      assert.match(await run(ready(image), 'ci/dev/chart/tests', 'test_checks'), /Ran \d{2} tests in .* OK$/);
      // What compares versions needs pip, which the Python has that installs, not the one of the virtual environment.
      assert.match(all, /OK \(skipped=2\)$/);
      const installing = ready(image).withEnvVariable('PATH', '/usr/local/bin:/usr/bin:/bin');
      assert.match(await run(installing, 'ci/django', 'tests.test_plan', 'tests.test_install'), / OK$/);
    }));
}, 900_000);
