import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../../../toolchain/make/command.ts';
import type { Parts } from '../../../../toolchain/parts/part.ts';
import { buildPart, type Part, part, removeOldParts } from '../../../../toolchain/parts/part.ts';

/**
 * The file system of the toolchain's Kubernetes node image, unpacked once. The caller holds the lock of `folder`.
 * @throws PipelineError TOOLCHAIN when it cannot be unpacked
 */
export async function nodeRoot(folder: string, parts: Parts, logFile: string, signal: AbortSignal): Promise<Part> {
  const root = part(folder, 'node-root', [parts.nodeDebian.key, parts.nodeLayer.key]);
  mkdirSync(folder, { recursive: true });
  await buildPart(root, async (into) => {
    for (const file of [join(parts.nodeDebian.path, 'root.tar.gz'), join(parts.nodeLayer.path, 'layer.tar.gz')]) {
      await command(['tar', '--extract', '--numeric-owner', '--file', file, '--directory', into], { logFile, signal });
    }
  });
  removeOldParts(folder, [root]);
  return root;
}
