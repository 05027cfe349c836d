import * as assert from 'uvu/assert';
import type { Context } from '../../../../core/context.ts';
import { identify } from '../../../../release/ledger/identity.ts';
import { describe } from '../../../harness.ts';
import { fakeConfig } from '../../report/fakeReport.ts';

const image = { repository: 'ghcr.io/acme/shop', digest: `sha256:${'a'.repeat(64)}` };

/** Without values, which are files of an engine. */
function of(hash: string, { digest = image.digest, set = [] as string[] } = {}) {
  const ctx = { config: fakeConfig({ values: [], set }) } as unknown as Pick<Context, 'dag' | 'config'>;
  const directory = { glob: async () => [] };
  const chart = { hash, title: 'shop-0.1.0', values: '', directory: {}, beside: {} };
  const source = { directory, commit: 'abc', chart } as unknown as Parameters<typeof identify>[1];
  return identify(ctx, source, { ...image, digest });
}

describe('identify', (test) => {
  test('names a release by image, chart and values, and by nothing else', async () => {
    const first = await of('h1');
    assert.equal(await of('h1'), first);
    assert.equal(
      [first.chart, first.chartHash, first.image],
      ['shop-0.1.0', 'h1', `${image.repository}@${image.digest}`],
    );
    const others = [await of('h2'), await of('h1', { digest: 'sha256:b' }), await of('h1', { set: ['a=1'] })];
    assert.is(new Set([first, ...others].map(({ key }) => key)).size, 4);
  });
});
