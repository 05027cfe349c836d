import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Directory } from '@dagger.io/dagger';
import { parse } from 'yaml';
import type { Context, PublishedImage } from '../../core/context.ts';
import { formatReference } from '../../core/imageReference.ts';
import { sha256 } from '../../core/values.ts';
import { releaseValues } from '../../helm/values.ts';
import type { Identity } from './ledger.ts';

/** Names a release by all that decides how it runs: the image's digest, the chart's files and everybody's values. */
export async function identify(
  ctx: Pick<Context, 'dag' | 'config'>,
  source: { directory: Directory; commit: string },
  { repository, digest }: Pick<PublishedImage, 'repository' | 'digest'>,
): Promise<Identity> {
  const { chart, set } = ctx.config;
  const { files } = await releaseValues(ctx, source);
  const texts = await Promise.all(files.map(({ file }) => file.contents()));
  const valuesHash = sha256(JSON.stringify([texts, set]));
  const chartHash = sha256(await ctx.dag.host().directory(chart, { noCache: true }).digest());
  const { name, version } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as { name: string; version: string };
  const image = formatReference({ repository, digest });
  return {
    key: sha256([image, chartHash, valuesHash].join('\n')),
    commit: source.commit,
    image,
    chart: `${name}-${version}`,
    chartHash,
    valuesHash,
  };
}
