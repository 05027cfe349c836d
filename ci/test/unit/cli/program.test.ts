import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { fingerprint } from '../../../fingerprint/fingerprint.ts';
import { describe } from '../../harness.ts';
import { fakeReport } from '../report/fakeReport.ts';

describe('the program', (test) => {
  const index = new URL('../../../index.ts', import.meta.url).pathname;

  /** Runs the command line for real; nothing here gets as far as an engine. */
  async function run(argv: string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [index, ...argv], { env: { PATH: process.env['PATH'], ...env } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, stdout, stderr };
  }

  test('refuses wrong settings before anything is started, on stderr, with 64', async () => {
    const { code, stdout, stderr } = await run(['--sorce', 'hunter2', '--chart', '/nowhere'], { PIPELINE_REF: 'main' });
    assert.is(code, 64);
    assert.is(stdout, '');
    assert.match(stderr, /^✗ \d settings are wrong\n/);
    assert.match(stderr, '--sorce: unknown flag; did you mean --source?');
    assert.match(stderr, 'PIPELINE_REF: only a git URL has refs');
    assert.match(stderr, '  fix: ');
    assert.not.match(stderr, /hunter2|\s at /);
  });

  test('prints help with examples first, on stdout', async () => {
    const { code, stdout, stderr } = await run(['up', '--help']);
    assert.is(code, 0);
    assert.is(stderr, '');
    assert.ok(stdout.indexOf('npm run ci -- --source ../shop') < stdout.indexOf('--deploy-timeout'));
    assert.not.match(stdout, '[string]');
  });

  test('explains what differs between two reports, without an engine', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'explain-'));
    try {
      const report = (pipeline: string) => fakeReport({ fingerprint: fingerprint({ pipeline, chart: 'same' }) });
      writeFileSync(join(folder, 'report.json'), JSON.stringify(report('aaa')));
      writeFileSync(join(folder, 'other.json'), JSON.stringify(report('bbb')));
      const explained = await run(['explain', folder, join(folder, 'other.json')], { PIPELINE_REF: 'no matter' });
      assert.is(explained.code, 0, explained.stderr);
      assert.match(explained.stdout, /^Not the same: pipeline\.\n/);
      const missing = await run(['explain', folder, join(folder, 'none')]);
      assert.equal([missing.code, missing.stdout], [64, '']);
      assert.match(missing.stderr, /there is no file .*none\n {2}fix: Give two report\.json files/);
      const alone = await run(['explain', folder]);
      assert.is(alone.code, 64);
      assert.match(alone.stderr, 'explain compares two runs, and got 1 reports');
      const three = await run(['explain', folder, folder, folder]);
      assert.equal([three.code, three.stdout], [64, '']);
      const flagged = await run(['explain', folder, folder, '--name', 'shop', '--nonsense']);
      assert.is(flagged.code, 64);
      assert.match(flagged.stderr, /explain takes no flags\n.*--nonsense: unknown flag\n.*--name: has no use/);
      const words = await run(['lint', folder, folder]);
      assert.is(words.code, 64);
      assert.match(words.stderr, '2 words belong to no flag');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('keeps what it has compiled of itself for the next run, in the cache folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
    try {
      const home = { HOME: folder };
      await run(['--sorce', folder], home);
      assert.equal(readdirSync(folder), [], 'wrong settings leave nothing behind');
      const { code, stderr } = await run(['lint', '--source', folder], home);
      assert.is(code, 64, stderr);
      const kept = readdirSync(join(folder, '.cache/django-delivery-pipeline/compiled'), { recursive: true });
      assert.ok(kept.length > 100, `${kept.length} files`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('prints three versions', async () => {
    const { code, stdout } = await run(['--version']);
    assert.is(code, 0);
    assert.match(stdout, /^django-delivery-pipeline \d.*\nDagger SDK \d.*\nNode \d.*\n$/);
  });
}, 240_000);
