/** Removes what `npm pack` has compiled for the package: each .js and .d.ts beside its .ts, so that nothing else can be meant. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../core/program.ts';

const ci = join(root, 'ci');
for (const file of readdirSync(ci, { recursive: true, encoding: 'utf8' })) {
  const source = join(ci, file.replace(/\.(js|d\.ts)$/, '.ts'));
  if (/\.(js|d\.ts)$/.test(file) && existsSync(source)) rmSync(join(ci, file));
}
