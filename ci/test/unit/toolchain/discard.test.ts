import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { discard } from '../../../toolchain/daemons/discard.ts';
import { describe } from '../../harness.ts';
import { inFolder, program, toolchainModule } from './process.ts';

const plenty = () => Number.POSITIVE_INFINITY;
const nothing = () => 0;

function fill(folder: string): void {
  mkdirSync(join(folder, 'lib/deep'), { recursive: true });
  writeFileSync(join(folder, 'lib/deep/file'), 'text');
  writeFileSync(join(folder, 'socket'), '');
}

/** Returns when the folder is empty. */
async function emptied(folder: string): Promise<void> {
  while (readdirSync(folder).length > 0) await sleep(20);
}

describe('discard', (test) => {
  test('empties a folder at once, and removes in the end what was in it', () =>
    inFolder(async (folder) => {
      fill(folder);
      discard(folder, plenty);
      assert.equal([existsSync(join(folder, 'lib')), existsSync(join(folder, 'socket'))], [false, false]);
      mkdirSync(join(folder, 'lib'));
      while (readdirSync(folder).length > 1) await sleep(20);
      assert.equal(readdirSync(folder), ['lib']);
    }));

  test('removes first where there is no room', () =>
    inFolder((folder) => {
      fill(folder);
      discard(folder, nothing);
      assert.equal(readdirSync(folder), []);
    }));

  test('takes away what a removal that was killed has left, and makes a folder that is not there', () =>
    inFolder(async (folder) => {
      fill(join(folder, 'discarded-1-1'));
      discard(folder, plenty);
      await emptied(folder);
      discard(join(folder, 'new'), plenty);
      assert.equal(readdirSync(join(folder, 'new')), []);
    }));

  test('does not hold up who has asked for it', () =>
    inFolder(async (folder) => {
      fill(folder);
      const asker = program(`
        import { discard } from '${toolchainModule('daemons/discard')}';
        discard(${JSON.stringify(folder)}, () => Infinity);
        process.stdout.write('done');
      `);
      // Its output is at its end: what removes holds none of its streams.
      assert.is(await asker.ended, 'done');
      await emptied(folder);
    }));
}, 60_000);
