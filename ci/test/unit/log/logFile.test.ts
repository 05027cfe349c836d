import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { logFile } from '../../../log/logFile.ts';
import { describe } from '../../harness.ts';

/** What is complained of when two texts are written to a file, one after the other, and it is closed. */
async function written(path: string): Promise<string[]> {
  const complaints: string[] = [];
  const stream = logFile(path, (text) => complaints.push(text));
  for (const text of ['one\n', 'two\n']) await new Promise<void>((taken) => stream.write(text, () => taken()));
  const finished = once(stream, 'finish');
  stream.end('three\n');
  await finished;
  return complaints;
}

describe('logFile', (test) => {
  const inFolder = async (work: (folder: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), 'log-'));
    try {
      await work(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test('writes to a file, in a folder that it makes', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'reports/engine.log');
      assert.equal(await written(path), []);
      assert.is(readFileSync(path, 'utf8'), 'one\ntwo\nthree\n');
    }));

  test('takes all the same what cannot be written, and says so once', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), '');
      for (const path of ['/dev/full', join(folder, 'file/engine.log'), folder]) {
        const complaints = await written(path);
        assert.is(complaints.length, 1, path);
        assert.match(complaints[0] ?? '', `${path} is not complete: `);
      }
    }));
});
