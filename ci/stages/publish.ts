import type { Context } from '../context.ts';
import { engineFailure } from '../engineFailure.ts';
import { PipelineError } from '../errors.ts';
import { imageTag } from '../image/imageTag.ts';
import type { Built } from './build.ts';
import type { Source } from './source.ts';

/** An image in the registry. */
export interface Image {
  /** Without tag, such as `ghcr.io/acme/shop`. */
  repository: string;
  tag: string;
  /** `sha256:…` */
  digest: string;
  /** `repository:tag@digest` */
  reference: string;
}

/**
 * Pushes the runtime image.
 * @throws PUBLISH when the registry does not take it
 */
export async function publish(
  ctx: Pick<Context, 'config' | 'registry' | 'report'>,
  source: Source,
  built: Built,
): Promise<Image> {
  const repository = `${ctx.registry.repositoryPrefix}/${ctx.config.name}`;
  const tag = imageTag(source, ctx.config.buildNumber);
  const published = await push(ctx, built, repository, tag);
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(published)?.[1];
  if (!digest) throw new PipelineError('PUBLISH', `the registry gave no digest for ${repository}:${tag}: ${published}`);
  const reference = `${repository}:${tag}@${digest}`;
  ctx.report.image = { reference, digest };
  return { repository, tag, digest, reference };
}

async function push(
  { registry }: Pick<Context, 'registry'>,
  built: Built,
  repository: string,
  tag: string,
): Promise<string> {
  try {
    return await registry.publish(built.runtime, repository, tag);
  } catch (error) {
    const failure = engineFailure(error);
    if (!failure) throw error;
    throw new PipelineError('PUBLISH', `${repository}:${tag} could not be pushed: ${failure.message}`, {
      details: failure.details,
      cause: error,
    });
  }
}
