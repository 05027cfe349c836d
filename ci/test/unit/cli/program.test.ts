import { spawn } from 'node:child_process';
import * as assert from 'uvu/assert';
import { describe } from '../../harness.ts';

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

  test('prints three versions', async () => {
    const { code, stdout } = await run(['--version']);
    assert.is(code, 0);
    assert.match(stdout, /^django-delivery-pipeline \d.*\nDagger SDK \d.*\nNode \d.*\n$/);
  });
}, 20_000);
