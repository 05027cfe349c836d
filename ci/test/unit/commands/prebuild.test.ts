import * as assert from 'uvu/assert';
import { prebuild } from '../../../commands/prebuild.ts';
import type { Context } from '../../../core/context.ts';
import type { PreparedSource } from '../../../source/prepareSource.ts';
import { describe } from '../../harness.ts';
import { fakeConfig } from '../report/fakeReport.ts';

describe('prebuild', (test) => {
  test('fails for nobody, whatever the engine says', async () => {
    let asked = 0;
    const refuse = () => {
      asked++;
      throw new Error('the session is closing');
    };
    const dag = new Proxy({}, { get: () => refuse }) as Context['dag'];
    const images = { python: 'python' } as Context['images'];
    const prepared = { folder: '/app', exclude: [], gitignore: true } as unknown as PreparedSource;
    assert.is(await prebuild({ dag, config: fakeConfig({ chart: 'helm-chart' }), images }, prepared), undefined);
    assert.is(asked, 2, 'for the source, and for the tests of the chart');
  });
});
