import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { EvidenceFolder } from '../../../../release/evidence/folder.ts';
import { describe } from '../../../harness.ts';

function inFolder(check: (root: string) => void): void {
  const parent = mkdtempSync(join(tmpdir(), 'evidence-'));
  try {
    check(join(parent, 'reports', 'evidence'));
  } finally {
    rmSync(parent, { recursive: true });
  }
}
const mask = (text: string) => text.replaceAll('secret', '***');
const kib = 1024;

describe('EvidenceFolder', (test) => {
  test('writes masked files, and an index of what is there and what is not', () =>
    inFolder((root) => {
      const folder = new EvidenceFolder(root, 'run1', 7, mask);
      folder.write('logs/web.log', 'log of the secret', 'a secret\n', 'end');
      folder.note('no secret jobs');
      folder.close();
      assert.is(folder.path, join(root, 'revision-7'));
      assert.is(readFileSync(join(root, 'revision-7/logs/web.log'), 'utf8'), 'a ***\n');
      assert.is(
        readFileSync(join(root, 'index.md'), 'utf8'),
        '# Evidence of run run1\n\n## Revision 7\n\n- [logs/web.log](revision-7/logs/web.log): log of the ***\n- no *** jobs\n',
      );
    }));

  test('keeps the revisions of its own run, and removes what another run left', () =>
    inFolder((root) => {
      mkdirSync(root, { recursive: true });
      writeFileSync(join(root, 'stray'), '');
      for (const [run, revision] of [
        ['run1', 7],
        ['run1', 6],
      ] as const) {
        const folder = new EvidenceFolder(root, run, revision, mask);
        folder.write('events.txt', 'events', run);
        folder.close();
      }
      assert.not.ok(existsSync(join(root, 'stray')));
      assert.ok(existsSync(join(root, 'revision-7/events.txt')));
      assert.match(readFileSync(join(root, 'index.md'), 'utf8'), /## Revision 7[\s\S]*## Revision 6/);
      const other = new EvidenceFolder(root, 'run2', 6, mask);
      other.note('nothing');
      other.close();
      assert.not.ok(existsSync(join(root, 'revision-7')));
      assert.not.ok(existsSync(join(root, 'revision-6/events.txt')));
      assert.is(readFileSync(join(root, 'index.md'), 'utf8'), '# Evidence of run run2\n\n## Revision 6\n\n- nothing\n');
    }));

  test('cuts a file at a line: of a log it keeps the end, of anything else the beginning', () =>
    inFolder((root) => {
      const line = `${'x'.repeat(999)}\n`;
      const text = `first\n${line.repeat(300)}last\n`;
      const folder = new EvidenceFolder(root, 'run1', 1, mask);
      folder.write('a.log', 'a log', text, 'end');
      folder.write('a.yaml', 'objects', text);
      folder.close();
      const [log, yaml] = ['a.log', 'a.yaml'].map((name) => readFileSync(join(folder.path, name), 'utf8'));
      for (const kept of [log, yaml]) {
        assert.ok((kept?.length ?? 0) <= 256 * kib && (kept?.length ?? 0) > 255 * kib);
        assert.match(kept ?? '', /^(first\n)?(x{999}\n)+(last\n)?$/);
      }
      assert.ok(log?.endsWith('last\n') && !log.startsWith('first'));
      assert.ok(yaml?.startsWith('first\n') && !yaml.endsWith('last\n'));
      const index = readFileSync(join(root, 'index.md'), 'utf8');
      const missing = text.length - (log?.length ?? 0);
      assert.match(index, `a log, without the first ${missing} bytes`);
      assert.match(index, /objects, without the last \d+ bytes/);
    }));

  test('masks before it cuts, so that no half of a secret is left', () =>
    inFolder((root) => {
      const folder = new EvidenceFolder(root, 'run1', 1, mask);
      folder.write('a', 'one line', `${'x'.repeat(256 * kib - 3)}secret and more`);
      assert.match(readFileSync(join(folder.path, 'a'), 'utf8'), /x\*\*\*$/);
    }));

  test('stops at 4 MiB in all', () =>
    inFolder((root) => {
      const folder = new EvidenceFolder(root, 'run1', 1, mask);
      for (let index = 0; index < 18; index++) folder.write(`f${index}`, 'file', 'x'.repeat(256 * kib));
      folder.close();
      assert.ok(existsSync(join(folder.path, 'f15')));
      assert.not.ok(existsSync(join(folder.path, 'f16')));
      assert.match(readFileSync(join(root, 'index.md'), 'utf8'), '- f16 is left out: there are 4096 KiB already');
    }));
});
