import { messageOf } from '../core/causes.ts';
import type { Context, PublishedImage } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { formatReference, parseReference } from '../core/imageReference.ts';
import { failingAs } from '../dagger/engineFailure.ts';
import { dateImage, tagImage } from '../image/dateImage.ts';
import { digestTag, imageTag } from '../image/names.ts';
import type { Source } from '../source/loadSource.ts';
import type { Built } from './build.ts';

type PublishContext = Pick<Context, 'config' | 'registry' | 'report'>;

/**
 * Pushes the runtime image by commit and build. It bears the date of the commit afterwards, so that whoever builds the commit to the same
 * layers gets the same digest, and a tag of its own.
 * @throws PUBLISH when the registry does not take it
 */
export async function publish(ctx: PublishContext, source: Source, built: Built): Promise<PublishedImage> {
  const repository = `${ctx.registry.repositoryPrefix}/${ctx.config.name}`;
  const tag = imageTag(source, ctx.config.buildNumber);
  const published = await failingAs('PUBLISH', `${repository}:${tag} could not be pushed`, () =>
    ctx.registry.publish(built.runtime, repository, tag),
  );
  const pushed = parseReference(published).digest;
  if (!pushed) throw new PipelineError('PUBLISH', `the registry gave no digest for ${repository}:${tag}: ${published}`);
  const image = await dated(ctx, source, built, { repository, tag, digest: pushed });
  const reference = formatReference({ repository, ...image });
  ctx.report.image = { reference, digest: image.digest };
  return { repository, ...image, reference };
}

/** @returns what to deploy: where a registry does not let itself be asked, what was pushed. */
async function dated(
  ctx: PublishContext,
  { date }: Source,
  built: Built,
  { repository, tag, digest }: { repository: string; tag: string; digest: string },
): Promise<Pick<PublishedImage, 'tag' | 'digest'>> {
  const { registry, report } = ctx;
  const name = repository.slice(repository.indexOf('/') + 1);
  try {
    const image = await dateImage(registry.request, { name, digest }, date);
    const own = digestTag(tag, image.digest);
    await tagImage(registry.request, { name, tag: own }, image);
    // For people, who know commit and build. Where a tag cannot be changed it stays on what was pushed, which differs in its date alone.
    await tagImage(registry.request, { name, tag }, image).catch(() => {});
    return { tag: own, digest: image.digest };
  } catch (error) {
    report.notes.push(
      `the image keeps the time of this build, so that the next one has another digest: ${messageOf(error)}`,
    );
    const own = digestTag(tag, digest);
    const again = await registry.publish(built.runtime, repository, own).catch(() => '');
    return { tag: parseReference(again).digest === digest ? own : tag, digest };
  }
}
