import { createHash } from 'node:crypto';
import { PipelineError } from '../errors.ts';

/**
 * Downloads a file that is known by its digest.
 * @param sha256 in hexadecimal digits
 * @throws PipelineError TOOLCHAIN where it cannot be had, or is another one; the abort reason when `signal` fires
 */
export async function download(url: string, sha256: string, signal?: AbortSignal): Promise<Buffer> {
  const bytes = await get(url, signal);
  const its = createHash('sha256').update(bytes).digest('hex');
  if (its !== sha256) throw new PipelineError('TOOLCHAIN', `${url} is not what it was: ${its}, not ${sha256}`);
  return bytes;
}

async function get(url: string, signal?: AbortSignal): Promise<Buffer> {
  try {
    const answer = await fetch(url, signal ? { signal } : {});
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    return Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    signal?.throwIfAborted();
    const { message, cause } = error as Error;
    const details = [message, ...(cause instanceof Error ? [cause.message] : [])];
    throw new PipelineError('TOOLCHAIN', `${url} cannot be downloaded`, { details });
  }
}
