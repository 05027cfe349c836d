import * as assert from 'uvu/assert';
import { PipelineError } from '../../../core/errors.ts';
import { fingerprint } from '../../../fingerprint/fingerprint.ts';
import { readReport } from '../../../report/files.ts';
import { compareRuns } from '../../../report/render/comparison.ts';
import { describe } from '../../harness.ts';
import { fakeFacts } from '../config/fakeFacts.ts';
import { failedReport, fakeReport } from './fakeReport.ts';

const parts = { pipeline: 'aaa', chart: 'bbb', 'Dagger SDK': '1.2.3' };
const usual = fakeReport({ fingerprint: fingerprint(parts) });
const compared = (a = usual, b = usual) => compareRuns({ name: 'one', report: a }, { name: 'two', report: b });

describe('compareRuns', (test) => {
  test('says so when nothing differs', () => {
    assert.is(compared(), 'The same pipeline, tools and inputs.\n');
    const elsewhere = { ...usual, runId: 'other', buildNumber: '42', startedAt: 'later', ms: 1 };
    assert.is(compared(usual, elsewhere), 'The same pipeline, tools and inputs.\n');
  });

  test('names exactly the parts that differ, with both values below each other', () => {
    const other = fingerprint({ ...parts, chart: 'ccccc' });
    assert.equal(compared(usual, { ...usual, fingerprint: other }).split('\n'), [
      'Not the same: chart.',
      '',
      '             one           two',
      'chart        bbb           ccccc',
      `fingerprint  ${usual.fingerprint?.value}  ${other.value}`,
      '',
    ]);
  });

  test('shows what came of it, of the same inputs, too', () => {
    const failed = failedReport({ fingerprint: fingerprint(parts), versions: { Node: '24' } });
    const text = compared(usual, failed);
    assert.match(text, /^The same pipeline, tools and inputs\.\n/);
    assert.match(text, /outcome .*✓ shop is live and tested +✗ shop failed in the stage test/);
    assert.match(text, /exit code +0 +10/);
    assert.match(text, /Node +- +24/);
    const image = { reference: 'r', digest: 'sha256:other' };
    assert.match(compared(usual, { ...usual, image }), /image digest +sha256:0+ +sha256:other/);
  });

  test('tells the version of the SDK once', () => {
    const other = {
      ...usual,
      versions: { 'Dagger SDK': '2' },
      fingerprint: fingerprint({ ...parts, 'Dagger SDK': '2' }),
    };
    assert.is(compared(usual, other).match(/^Dagger SDK/gm)?.length, 1);
  });

  test('claims nothing of a run without a fingerprint', () => {
    const { fingerprint: _, ...without } = usual;
    assert.match(compared(usual, without), /^No fingerprint in two: /);
    assert.match(compared(without, without), /^No fingerprint in one and two: /);
  });
});

describe('readReport', (test) => {
  const report = JSON.stringify(usual);
  const reading = (path: string, files: Record<string, string>) => readReport(path, fakeFacts(files));

  test('takes the file, or the folder that holds it', () => {
    assert.equal(reading('/a/report.json', { '/a/report.json': report }), usual);
    assert.equal(reading('/a', { '/a/report.json': report }), usual);
    assert.equal(reading('/a/other.json', { '/a/other.json': report }), usual);
  });

  test('refuses what is none, or not of this version, with 64', () => {
    const wrong = (text: string | undefined, pattern: RegExp) => {
      try {
        reading('/a', text === undefined ? { '/a/x': '' } : { '/a/report.json': text });
      } catch (error) {
        assert.instance(error, PipelineError);
        assert.is((error as PipelineError).exitCode, 64);
        assert.match((error as PipelineError).message, pattern);
        return;
      }
      throw new Error('was read');
    };
    wrong(undefined, /there is no file \/a\/report\.json/);
    wrong('{', /cannot be read as a report/);
    for (const text of ['null', '7', '{}', '[]', '{"stages":[]}']) wrong(text, /is no report of a run/);
    wrong(JSON.stringify({ ...usual, version: 2 }), /is of version 2, and only version 1 is known/);
  });
});
