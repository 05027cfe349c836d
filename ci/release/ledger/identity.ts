import type { Directory } from '@dagger.io/dagger';
import type { Context, PublishedImage } from '../../core/context.ts';
import { formatReference } from '../../core/imageReference.ts';
import { sha256 } from '../../core/values.ts';
import type { Chart } from '../../helm/chart.ts';
import { releaseValues } from '../../helm/values.ts';
import type { Identity } from './ledger.ts';

/** Names a release by all that decides how it runs: the image's digest, the chart's files and everybody's values. */
export async function identify(
  ctx: Pick<Context, 'dag' | 'config'>,
  source: { directory: Directory; commit: string; chart: Chart },
  { repository, digest }: Pick<PublishedImage, 'repository' | 'digest'>,
): Promise<Identity> {
  const { files } = await releaseValues(ctx, source);
  const texts = await Promise.all(files.map(({ file }) => file.contents()));
  const valuesHash = sha256(JSON.stringify([texts, ctx.config.set]));
  const { hash: chartHash, title: chart } = source.chart;
  const image = formatReference({ repository, digest });
  return {
    key: sha256([image, chartHash, valuesHash].join('\n')),
    commit: source.commit,
    image,
    chart,
    chartHash,
    valuesHash,
  };
}
