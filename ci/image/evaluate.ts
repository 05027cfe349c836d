import type { Container } from '@dagger.io/dagger';
import { PipelineError } from '../core/errors.ts';
import { engineFailure } from '../dagger/engineFailure.ts';

/**
 * Builds an image now.
 * @param what names it in a message
 * @throws BUILD with the last lines of what the failing command printed
 */
export async function evaluate(image: Container | Promise<Container>, what: string): Promise<Container> {
  try {
    return await (await image).sync();
  } catch (error) {
    const failure = engineFailure(error);
    if (!failure) throw error;
    throw new PipelineError('BUILD', `${what} could not be built: ${failure.message}`, {
      details: failure.details,
      cause: error,
    });
  }
}
