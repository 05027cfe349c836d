import type { Context, PublishedImage } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { formatReference, parseReference } from '../core/imageReference.ts';
import { failingAs } from '../dagger/engineFailure.ts';
import { dateImage } from '../image/dateImage.ts';
import { imageTag } from '../image/names.ts';
import type { Source } from '../source/loadSource.ts';
import type { Built } from './build.ts';

/**
 * Pushes the runtime image. One that our Dockerfile made bears the date of the commit afterwards, so that whoever builds the
 * commit again gets the same digest.
 * @throws PUBLISH when the registry does not take it
 */
export async function publish(
  ctx: Pick<Context, 'config' | 'registry' | 'report'>,
  source: Source,
  built: Built,
): Promise<PublishedImage> {
  const repository = `${ctx.registry.repositoryPrefix}/${ctx.config.name}`;
  const tag = imageTag(source, ctx.config.buildNumber);
  const published = await failingAs('PUBLISH', `${repository}:${tag} could not be pushed`, () =>
    ctx.registry.publish(built.runtime, repository, tag),
  );
  const pushed = parseReference(published).digest;
  if (!pushed) throw new PipelineError('PUBLISH', `the registry gave no digest for ${repository}:${tag}: ${published}`);
  const digest = built.ownDockerfile ? pushed : await dated(ctx, source, { repository, tag, digest: pushed });
  const reference = formatReference({ repository, tag, digest });
  ctx.report.image = { reference, digest };
  return { repository, tag, digest, reference };
}

/** @returns the digest to deploy: a registry that does not let itself be asked, or has tags that cannot be changed, keeps the first. */
async function dated(
  { registry, report }: Pick<Context, 'registry' | 'report'>,
  { date }: Source,
  { repository, tag, digest }: { repository: string; tag: string; digest: string },
): Promise<string> {
  const name = repository.slice(repository.indexOf('/') + 1);
  try {
    return await dateImage(registry.request, { name, tag, digest }, date);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report.notes.push(`the image keeps the time of this build, so that the next one has another digest: ${why}`);
    return digest;
  }
}
