import { command } from './command.ts';

/**
 * Replaces a tar file by a packed one with `.gz` behind its name. An image's layers are packed once, as parts: what puts them into a
 * registry would do it for each image, twice. Little is gained by packing harder what does not leave this machine.
 * @throws PipelineError TOOLCHAIN
 */
export async function pack(file: string, logFile: string, signal: AbortSignal): Promise<void> {
  await command(['gzip', '--fast', '--no-name', file], { logFile, signal });
}
