import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { type Lane, lanes, placed } from '../../harness/lanes.ts';
import { describe } from '../../harness.ts';

const tests = join(import.meta.dirname, '../..');

describe('lanes', (test) => {
  const lane = (files: readonly string[], ...next: Lane[]): Lane => ({ files, next });

  test('runs kinds side by side, and who shares the cluster outside once nobody ends it', () => {
    const files = [
      'unit/a.test.ts',
      'e2e/deployer.test.ts',
      'e2e/drift.test.ts',
      'e2e/engineKill.test.ts',
      'e2e/kills.test.ts',
      'e2e/nativeEnd.test.ts',
      'e2e/rollback.test.ts',
      'e2e/trigger.test.ts',
      'unit/b.test.ts',
      'unit/c.test.ts',
    ];
    assert.equal(lanes('ci/test', files), [
      lane(['unit/a.test.ts']),
      lane(['unit/b.test.ts']),
      lane(['unit/c.test.ts']),
      lane(['e2e/deployer.test.ts']),
      lane(
        ['e2e/nativeEnd.test.ts'],
        lane(['e2e/kills.test.ts', 'e2e/trigger.test.ts']),
        lane(['e2e/rollback.test.ts']),
        lane(['e2e/engineKill.test.ts']),
        lane(['e2e/drift.test.ts']),
      ),
    ]);
  });

  test('leaves out what is empty, and forgets no file', () => {
    const files = ['x.test.ts', 'y.test.ts'];
    assert.equal(lanes('ci/test/e2e', files), [lane(files)]);
    assert.equal(lanes('ci/test/unit', files), [lane(['x.test.ts']), lane(['y.test.ts'])]);
    assert.equal(lanes('ci/test/e2e', ['drift.test.ts']), [lane(['drift.test.ts'])]);
    assert.equal(lanes('ci/test', []), []);
  });

  test('names files that there are', () => {
    assert.is(new Set(placed).size, placed.length, 'each once');
    for (const file of placed) assert.ok(existsSync(join(tests, 'e2e', file)), file);
  });
});

/** Runs all.ts on test files given by path and body, in a folder of their own. */
function runAll(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'lanes-'));
  try {
    const harness = `import { describe } from '${join(tests, 'harness.ts')}';`;
    for (const [name, body] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), `${harness}\ndescribe('group', (test) => { test('one', ${body}); });\n`);
    }
    const junit = join(folder, 'junit.xml');
    const { status, stdout } = spawnSync(process.execPath, [join(tests, 'all.ts'), folder], {
      encoding: 'utf8',
      env: { ...process.env, JUNIT_FILE: junit, NO_COLOR: '1' },
      timeout: 120_000,
    });
    return { status, stdout, last: stdout.trimEnd().split('\n').at(-1), xml: readFileSync(junit, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const passes = '() => {}';
const every = {
  'unit/a.test.ts': passes,
  'e2e/deployer.test.ts': passes,
  'e2e/kills.test.ts': passes,
  'e2e/nativeEnd.test.ts': passes,
};

describe('all.ts', (test) => {
  test('counts the tests of all lanes, and reports them in one file', () => {
    const { status, last: line, xml } = runAll({ ...every, 'e2e/engineKill.test.ts': passes });
    assert.equal([status, line], [0, '5 passed, 0 failed']);
    assert.is(xml.match(/<testcase/g)?.length, 5);
  });

  test('says of a failure in any lane what its own process would say', () => {
    const {
      status,
      stdout,
      last: line,
      xml,
    } = runAll({ ...every, 'e2e/kills.test.ts': `() => { throw new Error('no') }` });
    assert.equal([status, line], [1, '3 passed, 1 failed']);
    assert.match(stdout, '  ✗ e2e/kills.test.ts › group › one');
    assert.match(stdout, /✗ one {2}\d+ ms\n {6}no\n/);
    assert.match(xml, '<failure');
  });

  test('counts a process that was killed as a failure, whatever it had to say', () => {
    const {
      status,
      stdout,
      last: line,
    } = runAll({
      ...every,
      'e2e/deployer.test.ts': `() => process.kill(process.pid, 'SIGKILL')`,
    });
    assert.equal([status, line], [1, '3 passed, 1 failed']);
    assert.match(stdout, 'their process ended with SIGKILL');
  });

  test('lets unit tests give way to those beside them', () => {
    const has = (priority: number) => `async () => {
      const { getPriority } = await import('node:os');
      if (getPriority() !== ${priority}) throw new Error(String(getPriority()));
    }`;
    const { last: line, stdout } = runAll({
      'unit/a.test.ts': has(Math.min(getPriority() + 5, 19)),
      'e2e/engineKill.test.ts': has(getPriority()),
    });
    assert.is(line, '2 passed, 0 failed', stdout);
  });

  test('counts a test that ends its process as failed', () => {
    const { status, last: line } = runAll({ ...every, 'unit/a.test.ts': '() => process.exit(0)' });
    assert.equal([status, line], [1, '3 passed, 1 failed']);
  });
}, 60_000);
