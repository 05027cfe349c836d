import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The source of one of the programs that run inside the application's image. Handed over as an argument: nothing has to be made for it. */
export function script(name: 'prepare' | 'migrate' | 'check'): string {
  return readFileSync(join(import.meta.dirname, 'inside', `${name}.py`), 'utf8');
}
