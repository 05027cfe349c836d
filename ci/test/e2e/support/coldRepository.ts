import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../core/program.ts';

/**
 * A copy of what this repository builds images from, whose Dockerfile finds nothing of its commands in the engine's cache, nor
 * a package that was downloaded before: the next build does everything anew.
 * @param folder where to put it; appContainers() takes it then
 * @param mark a file to add to each layer. An engine copies nothing that it copied before, and knows that by names and
 *   contents alone: without such a file, it might give one build the layers of another, with their times
 */
export function coldRepository(folder: string, mark?: string): string {
  const nonce = randomUUID();
  for (const path of ['.dockerignore', 'ci/django']) cpSync(join(root, path), join(folder, path), { recursive: true });
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
    .replace(/^FROM .*$/gm, (from) => `${from}\nARG COLD=${nonce}`)
    .replaceAll('type=cache,', `type=cache,id=${nonce},`);
  const before = (layer: string) => (mark === undefined ? '' : `echo ${nonce} ${layer} > ${layer}/${mark} && `);
  const marked = dockerfile.replace(
    /python3 \S+\/settle\.py (\S+)|find (\S+) -exec touch/g,
    (command, settled, touched) => before(settled ?? touched) + command,
  );
  writeFileSync(join(folder, 'Dockerfile'), marked);
  return folder;
}
