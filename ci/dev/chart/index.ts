/** Writes the table of values into the README of helm-chart/: `npm run chart:readme`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../core/program.ts';
import { insertTable, valuesTable } from './valuesTable.ts';

const chart = join(root, 'helm-chart');
const readme = join(chart, 'README.md');
const table = valuesTable(readFileSync(join(chart, 'values.yaml'), 'utf8'));
writeFileSync(readme, insertTable(readFileSync(readme, 'utf8'), table));
