import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import { loadSource } from '../../../source/loadSource.ts';
import type { PreparedSource } from '../../../source/prepareSource.ts';
import { describe } from '../../harness.ts';
import { inFolder } from '../git/repository.ts';
import { writeFiles } from '../writeFiles.ts';

const directory = { sync: async () => directory };
const dag = { host: () => ({ directory: () => directory }) } as unknown as Client;

const commitOf = async (folder: string) =>
  (await loadSource(dag, { folder, exclude: ['local'], gitignore: true, head: null } as unknown as PreparedSource))
    .commit;

describe('loadSource', (test) => {
  test('names a folder without commits by its files, whatever rights a umask gives them', () =>
    inFolder(async (folder) => {
      writeFiles(folder, { 'manage.py': 'a', 'shop/urls.py': 'b' });
      const first = await commitOf(folder);
      assert.match(first, /^dir-[0-9a-f]{12}$/);
      chmodSync(join(folder, 'manage.py'), 0o664);
      chmodSync(join(folder, 'shop'), 0o775);
      writeFiles(folder, { 'local/notes': 'x' });
      assert.is(await commitOf(folder), first);
      writeFiles(folder, { 'shop/urls.py': 'c' });
      assert.is.not(await commitOf(folder), first);
    }));
});
