import { resolve } from 'node:path';
import { ReturnType } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { shared } from './support/shared.ts';

const root = resolve(import.meta.dirname, '../../..');

describe('the parts that are not TypeScript', (test) => {
  test('the settings overlay passes its own tests', async () => {
    const { dag, images } = await shared();
    const ran = dag
      .container()
      .from(images.python.replace('{version}', '3.13'))
      .withMountedDirectory('/django', dag.host().directory(`${root}/ci/django`, { noCache: true }))
      .withWorkdir('/django')
      .withExec(['python', '-m', 'unittest', 'discover', '--start-directory', 'tests', '--top-level-directory', '.'], {
        expect: ReturnType.Any,
      });
    const output = await ran.stderr();
    assert.is(await ran.exitCode(), 0, output);
    assert.match(output, /Ran [1-9]\d* tests/);
  });
}, 120_000);
