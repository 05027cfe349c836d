import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { describe, rejects } from '../../harness.ts';

const harness = import.meta.resolve('../../harness.ts');
const testFolder = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Runs the harness on test files given by name and body, in a folder of their own. */
function runOn(files: Record<string, string>, ...patterns: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'harness-'));
  try {
    for (const [name, body] of Object.entries(files)) {
      const imports = [
        `import { afterAll, afterFile, describe, rejects } from '${harness}';`,
        `import * as assert from '${import.meta.resolve('uvu/assert')}';`,
        `import { suite } from '${import.meta.resolve('uvu')}';`,
      ];
      writeFileSync(join(folder, name), `${imports.join('\n')}\n${body}\n`);
    }
    const junit = join(folder, 'junit.xml');
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(testFolder, 'run.ts'), folder, ...patterns], {
      encoding: 'utf8',
      env: { ...process.env, JUNIT_FILE: junit, NO_COLOR: '1' },
      timeout: 120_000,
    });
    return { status, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1), xml: readFileSync(junit, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const one = (body: string, limit = '') => `describe('group', (test) => { test('one', ${body}); }${limit});`;
const passing = one('() => assert.is(1, 1)');

/** Bodies of a test file that must be counted as one failure, with a text that has to be said about it. */
const failing: Record<string, [body: string, says: string]> = {
  'a failed assertion': [one('() => assert.equal({ a: 1 }, { a: 2 })'), 'Expected values to be deeply equal'],
  'a thrown text': [one(`() => { throw 'just text'; }`), 'just text'],
  'a rejection with undefined': [one('() => Promise.reject()'), 'undefined'],
  'a promise that never settles': [one('() => new Promise(() => {})', ', 50'), 'did not finish within 50 ms'],
  'a hanging test with a live timer': [
    one('() => new Promise(() => setInterval(() => {}, 5))', ', 50'),
    'within 50 ms',
  ],
  'no tests': ['export const nothing = 1;', 'no test was declared'],
  'a group without tests': [`describe('group', () => {});`, 'no test was declared'],
  'a forgotten run()': [`const test = suite('raw'); test('one', () => assert.is(1, 2));`, 'no test was declared'],
  'an error while loading': [`throw new Error('cannot load');`, 'cannot load'],
  'an async describe': [`describe('group', async (test) => { await null; test('one', () => {}); });`, 'async function'],
  'a rejection that nobody handles': [
    one(`async () => { void Promise.reject(new Error('stray')); await new Promise((r) => setTimeout(r, 20)); }`),
    'nobody handled it: stray',
  ],
  'an error thrown later': [
    one(`async () => { setTimeout(() => { throw new Error('late'); }); await new Promise((r) => setTimeout(r, 20)); }`),
    'nobody caught it: late',
  ],
  'a test that ends the program': [one('() => process.exit(0)'), 'ended before this test had finished'],
};

describe('the harness', (test) => {
  test('passes what passes, and ends with the count', () => {
    const run = runOn({ 'a.test.ts': passing });
    assert.is(run.status, 0, run.stderr);
    assert.is(run.last, '1 passed, 0 failed');
    assert.match(run.stdout, /✓ one {2}\d+ ms/);
    assert.not.match(run.stdout, /Total|•/);
    assert.match(run.xml, '<testcase classname="a.test.ts › group" name="one"');
  });

  for (const [situation, [body, says]] of Object.entries(failing)) {
    test(`fails on ${situation}`, () => {
      const run = runOn({ 'a.test.ts': body, 'b.test.ts': passing });
      assert.is(run.status, 1);
      assert.match(run.stdout + run.stderr, says);
      // The program ended in the first file, so the second one did not finish either.
      const ended = body.includes('process.exit');
      assert.is(run.last, ended ? '0 passed, 2 failed' : '1 passed, 1 failed');
      assert.match(run.xml, `failures="${ended ? 2 : 1}"`);
    });
  }

  test('fails on hooks of uvu that throw, which uvu takes for success', () => {
    const before = `const raw = suite('raw'); raw.before(() => { throw new Error('hook'); }); raw('x', () => {}); raw.run();`;
    const run = runOn({ 'a.test.ts': `${passing}\n${before}` });
    assert.is(run.status, 1);
    assert.is(run.last, '1 passed, 1 failed');
    assert.match(run.stdout, 'of 1 tests uvu passed 0; the harness ran 0');
  });

  test('fails on a rejection that arrives after the last test', () => {
    const run = runOn({ 'a.test.ts': one(`() => { setTimeout(() => Promise.reject(new Error('stray')), 50); }`) });
    assert.is(run.status, 1);
    assert.match(run.stdout, 'nobody handled it: stray');
    assert.is(run.last, '1 passed, 1 failed');
  });

  test('closes what the tests shared, last opened first, and reports what cannot be closed', () => {
    const closers = `afterAll(() => console.log('first')); afterAll(() => { throw new Error('stuck'); });`;
    const run = runOn({ 'a.test.ts': `${closers}${passing}` });
    assert.is(run.status, 1);
    assert.ok(run.stdout.indexOf('stuck') < run.stdout.indexOf('first'));
    assert.is(run.last, '1 passed, 1 failed');
  });

  test('closes what a file has made before the next one runs, and reports what cannot be closed', () => {
    const made = `() => { afterFile(() => console.log('first')); afterFile(async () => { throw new Error('stuck'); }); }`;
    const run = runOn({ 'a.test.ts': one(made), 'b.test.ts': one(`() => console.log('next')`) });
    assert.is(run.status, 1);
    const order = ['stuck', 'first', 'next'].map((text) => run.stdout.indexOf(text));
    assert.ok((order[0] ?? -1) >= 0);
    assert.equal(
      order,
      order.toSorted((a, b) => a - b),
    );
    assert.is(run.last, '2 passed, 1 failed');
  });

  test('aborts the signal of a test whose time is over', () => {
    const body = `({ signal }) => new Promise(() => signal.addEventListener('abort', () => console.log('told to stop')))`;
    assert.match(runOn({ 'a.test.ts': one(body, ', 50') }).stdout, 'told to stop');
  });

  test('keeps what tests print and ends in spite of open handles', () => {
    const run = runOn({ 'a.test.ts': one(`() => { console.log('from the test'); setInterval(() => {}, 1000); }`) });
    assert.is(run.status, 0);
    assert.match(run.stdout, 'from the test');
  });

  test('refuses a folder without test files and a pattern that matches none', () => {
    const empty = runOn({ 'helper.ts': passing });
    assert.is(empty.status, 1);
    assert.is(empty.last, '0 passed, 1 failed');
    const unmatched = runOn({ 'a.test.ts': passing }, 'other');
    assert.is(unmatched.status, 1);
    assert.match(unmatched.stdout, 'other');
  });

  test('runs only the files that match', () => {
    const run = runOn({ 'a.test.ts': passing, 'b.test.ts': one('() => assert.is(1, 2)') }, 'a.test');
    assert.is(run.status, 0);
    assert.is(run.last, '1 passed, 0 failed');
  });

  test('refuses a test file that is started by itself', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'harness-')), 'a.test.ts');
    writeFileSync(file, `import { describe } from '${harness}';\n${one('() => {}')}`);
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    rmSync(dirname(file), { recursive: true });
    assert.is(status, 1);
    assert.match(stderr, 'was not called by ci/test/run.ts');
  });
}, 60_000);

describe('rejects', (test) => {
  test('returns the error, and throws for a promise that is fulfilled or rejected otherwise', async () => {
    assert.is((await rejects(Promise.reject(new Error('no way')), /way/)).message, 'no way');
    assert.match((await rejects(rejects(Promise.resolve(1)))).message, 'was not');
    assert.match((await rejects(rejects(Promise.reject(new Error('other')), /way/))).message, 'got: other');
  });
});
