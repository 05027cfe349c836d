/** Writes what is generated into the pages of docs/ and of helm-chart/: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../core/program.ts';
import { pages } from './pages.ts';
import { insert } from './tables.ts';

for (const { file, name, made } of pages()) {
  const path = join(root, file);
  writeFileSync(path, insert(readFileSync(path, 'utf8'), name, made));
}
