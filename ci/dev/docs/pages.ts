import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../core/program.ts';
import { errorsTable } from './errorsTable.ts';
import { optionsTable } from './optionsTable.ts';
import { valuesTable } from './valuesTable.ts';

/** A part of a page that is generated. */
export interface GeneratedPart {
  /** Relative to the repository's folder. */
  file: string;
  /** Of its marks in the page. */
  name: string;
  made: string;
}

/** All of them, as they are to be. */
export function pages(): GeneratedPart[] {
  const values = readFileSync(join(root, 'helm-chart/values.yaml'), 'utf8');
  return [
    { file: 'helm-chart/README.md', name: 'values', made: valuesTable(values) },
    { file: 'docs/configuration.md', name: 'options', made: optionsTable() },
    { file: 'docs/errors.md', name: 'errors', made: errorsTable() },
  ];
}
