import { causes } from '../../core/causes.ts';
import { PipelineError } from '../../core/errors.ts';
import { sha256 } from '../../core/values.ts';

/**
 * Downloads a file that is known by its digest.
 * @param digest its SHA-256, in hexadecimal digits
 * @throws PipelineError TOOLCHAIN where it cannot be had, or is another one; the abort reason when `signal` fires
 */
export async function download(url: string, digest: string, signal?: AbortSignal): Promise<Buffer> {
  const bytes = await get(url, signal);
  const its = sha256(bytes);
  if (its !== digest) throw new PipelineError('TOOLCHAIN', `${url} is not what it was: ${its}, not ${digest}`);
  return bytes;
}

async function get(url: string, signal?: AbortSignal): Promise<Buffer> {
  try {
    const answer = await fetch(url, signal ? { signal } : {});
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    return Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    signal?.throwIfAborted();
    const details = causes(error).map(({ message }) => message);
    throw new PipelineError('TOOLCHAIN', `${url} cannot be downloaded`, { details });
  }
}
