import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dag } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import { djangoRunner, forward, runTests } from '../../../unittests/runTests.ts';
import { describe } from '../../harness.ts';
import { callsOf, queryTree } from '../queryTree.ts';

/** A container in which this command runs as the tests. */
function container(command: string[], { dir = 'src', limit = 60, nonce = 'run-1' } = {}) {
  const plan = { runner: 'command' as const, title: '', dir: '.', command };
  return dag.container().with(runTests({ plan, dir, limit, nonce, reports: dag.directory() }));
}

/** Runs on this machine what would run in the container; `src` is a folder in the one it starts in. */
function onHost(command: string[], options = {}, more: Record<string, string> = {}) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'run-tests-')));
  mkdirSync(join(folder, 'src'));
  try {
    const [exec] = callsOf(container(command, options), 'withExec');
    const [program = '', ...args] = (exec?.['args'] ?? []) as string[];
    const env = { ...process.env, ...more, JUNIT_DIR: folder };
    const { status, stdout } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
    const exitCode = existsSync(join(folder, 'exit-code'))
      ? readFileSync(join(folder, 'exit-code'), 'utf8').trim()
      : null;
    return { status, exitCode, stdout: stdout.replaceAll(folder, '') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('runTests', (test) => {
  test('runs the command in its folder, word for word', () => {
    const { stdout } = onHost(['sh', '-c', 'pwd; echo "$1"', 'sh', "it's $HOME; rm *"]);
    assert.is(stdout, "/src\nit's $HOME; rm *\n");
  });

  test('stays where it is when there is no such folder', () => {
    assert.is(onHost(['pwd'], { dir: 'elsewhere' }).stdout, '\n');
  });

  test('always succeeds itself, and keeps the exit code, that of a signal too', () => {
    assert.equal(onHost(['true']), { status: 0, exitCode: '0', stdout: '' });
    assert.equal(onHost(['sh', '-c', 'exit 3']), { status: 0, exitCode: '3', stdout: '' });
    assert.is(onHost(['sh', '-c', 'kill -SEGV $$']).exitCode, '139');
    assert.is(onHost(['no-such-program']).exitCode, '127');
  });

  test('ends what takes too long', () => {
    assert.is(onHost(['sleep', '30'], { limit: 1 }).exitCode, '124');
  });

  test('is another exec in another run, and the same in the same', () => {
    const calls = (nonce: string) => JSON.stringify(queryTree(container(['true'], { nonce })));
    assert.is(calls('run-1'), calls('run-1'));
    assert.is.not(calls('run-1'), calls('run-2'));
  });

  test('opens ports of this machine that lead to other hosts, before the command runs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'run-tests-'));
    try {
      writeFileSync(join(folder, 'python'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
      const env = {
        PATH: `${folder}:${process.env['PATH']}`,
        PIPELINE_FORWARD_5432: 'db',
        PIPELINE_FORWARD_3306: 'mariadb /tmp/a.sock',
      };
      const lines = onHost(['echo', 'the tests'], {}, env).stdout.trim().split('\n');
      assert.equal(
        lines.slice(0, 2).sort(),
        ['3306 mariadb /tmp/a.sock', '5432 db'].map((line) => `-m pipeline_django.forward ${line}`),
      );
      assert.equal(lines.slice(2), ['the tests']);
      const given = dag
        .container()
        .with(forward(5432, 'db'))
        .with(forward(3306, 'mariadb', '/tmp/a.sock'));
      assert.equal(callsOf(given, 'withEnvVariable'), [
        { name: 'PIPELINE_FORWARD_5432', value: 'db' },
        { name: 'PIPELINE_FORWARD_3306', value: 'mariadb /tmp/a.sock' },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('prepares a folder for JUnit that any user may write to, before it runs', () => {
    const calls = queryTree(container(['true']));
    assert.match(
      JSON.stringify(calls[1]),
      JSON.stringify(['withNewDirectory', { path: '/reports', permissions: 0o777 }]),
    );
    assert.equal(calls.at(-1)?.[0], 'withExec');
    assert.equal(callsOf(container(['true']), 'withEnvVariable')[0], { name: 'JUNIT_DIR', value: '/reports' });
  });
});

describe('djangoRunner', (test) => {
  test("adds itself behind the image's own path", () => {
    const [mount, path] = queryTree(dag.container().with(djangoRunner(dag.directory()))).slice(1);
    assert.equal(mount, ['withMountedDirectory', { path: '/opt/pipeline-django', source: [['directory', {}]] }]);
    const value = `\${PYTHONPATH}:/opt/pipeline-django`;
    assert.equal(path, ['withEnvVariable', { name: 'PYTHONPATH', value, expand: true }]);
  });
});
