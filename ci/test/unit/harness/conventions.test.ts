import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../../harness.ts';

describe('the test files', (test) => {
  test('give no async function to assert.throws: uvu takes its not.throws for passed whatever happens', () => {
    const root = join(import.meta.dirname, '../..');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
    assert.ok(files.length > 0);
    const guilty = files.filter((file) => /\bthrows\(\s*async\b/.test(readFileSync(join(root, file), 'utf8')));
    assert.equal(guilty, []);
  });
});
