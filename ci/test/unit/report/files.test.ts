import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import * as assert from 'uvu/assert';
import type { Report } from '../../../core/report.ts';
import { createMask } from '../../../log/mask.ts';
import { writeReport } from '../../../report/files.ts';
import { junitXml } from '../../../report/junitXml.ts';
import { skipStages } from '../../../report/stage.ts';
import { endReport, startReport } from '../../../report/startReport.ts';
import { describe } from '../../harness.ts';
import { failedReport, fakeConfig, fakeReport, noMask } from './fakeReport.ts';

/** Calls back with a folder that is gone afterwards. */
async function inFolder(work: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const readJson = (folder: string) => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
const readXml = (folder: string) => readFileSync(join(folder, 'junit/pipeline.xml'), 'utf8');

describe('startReport', (test) => {
  test('names the run, and where it can be looked at', () => {
    const config = fakeConfig({ source: 'https://author:hunter2@host/shop' });
    const report = startReport(config, 'run-1', { BUILD_URL: 'https://jenkins/1' }, new Date('2026-01-02T03:04:05Z'));
    assert.is(report.startedAt, '2026-01-02T03:04:05.000Z');
    assert.is(report.buildUrl, 'https://jenkins/1');
    assert.is(report.from, 'https://***@host/shop');
    const github = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'a/b', GITHUB_RUN_ID: '7' };
    assert.is(startReport(config, 'r', github).buildUrl, 'https://github.com/a/b/actions/runs/7');
    assert.is(startReport(config, 'r', {}).buildUrl, hostname());
  });

  test('removes the JUnit files of the run before, and nothing else', () =>
    inFolder((reports) => {
      mkdirSync(join(reports, 'junit'));
      for (const file of ['junit/old.xml', 'junit/notes.txt', 'other.xml']) writeFileSync(join(reports, file), '');
      startReport(fakeConfig({ reports }), 'r', {});
      assert.equal(readdirSync(reports), ['junit', 'other.xml']);
      assert.equal(readdirSync(join(reports, 'junit')), ['notes.txt']);
    }));
});

describe('endReport', (test) => {
  test('notes exit code and time, and what was cut short', () => {
    const startedAt = '2026-01-02T03:04:55Z';
    const stages = [{ name: 'deploy', outcome: 'running' as const, startedAt, ms: 0, summary: 'waiting' }];
    const report = fakeReport({ stages });
    endReport(report, 130, new Date('2026-01-02T03:05:05Z'));
    assert.equal([report.exitCode, report.ms], [130, 60_000]);
    assert.equal(report.stages, [
      { name: 'deploy', outcome: 'failed', startedAt, ms: 10_000, summary: 'did not finish' },
    ]);
  });
});

describe('writeReport', (test) => {
  test('writes JSON and JUnit, and leaves no unfinished files', () =>
    inFolder((reports) => {
      const report = failedReport();
      report.stages.push({ name: 'test', outcome: 'failed', ms: 3000, summary: '12 of 12 unit tests failed' });
      skipStages({ report }, ['build', 'deploy']);
      writeReport(report, reports, noMask);
      assert.equal(readJson(reports), JSON.parse(JSON.stringify(report)));
      assert.match(readXml(reports), 'tests="5" failures="1" errors="0" skipped="2"');
      assert.match(readXml(reports), 'fix: Run the same command.');
      assert.equal(readdirSync(reports).sort(), ['junit', 'report.json']);
    }));

  test('says of a run that was killed where it stood', () =>
    inFolder((reports) => {
      const stages = [{ name: 'deploy', outcome: 'running' as const, ms: 0, summary: '' }];
      writeReport(fakeReport({ stages }), reports, noMask);
      assert.is(readJson(reports).stages[0]?.outcome, 'running');
      assert.match(readXml(reports), '<failure message="did not finish">');
    }));

  test('masks secrets in both files', () =>
    inFolder((reports) => {
      const failure = { stage: 'source', message: 'login hun"ter2 refused', fix: 'x', details: ['a hun"ter2 b'] };
      const stages = [{ name: 'source', outcome: 'failed' as const, ms: 1, summary: 'login hun"ter2 refused' }];
      writeReport(fakeReport({ failure, stages }), reports, createMask(['hun"ter2']));
      assert.not.match(readFileSync(join(reports, 'report.json'), 'utf8') + readXml(reports), /hun.{1,6}ter2/);
      assert.match(readXml(reports), 'login *** refused');
    }));

  test('throws where it cannot write', () =>
    inFolder((folder) => {
      writeFileSync(join(folder, 'file'), '');
      assert.throws(() => writeReport(fakeReport(), join(folder, 'file'), noMask), /file/);
    }));
});

describe('junitXml', (test) => {
  test('is valid XML whatever the tests are called and say', () => {
    const nasty = 'a<b>&"\'c\u0000\u001b[31m\ud800 \ufffe]]> 日本 🚀\n\ttab';
    const xml = junitXml(nasty, [
      { suite: nasty, name: nasty, ms: 1, outcome: 'failed', message: nasty, detail: nasty },
    ]);
    assert.is(XMLValidator.validate(xml), true);
    const parsed = new XMLParser({ ignoreAttributes: false, htmlEntities: true }).parse(xml) as {
      testsuites: { testsuite: { testcase: { '@_name': string } } };
    };
    assert.match(parsed.testsuites.testsuite.testcase['@_name'], 'a<b>&"\'c');
    assert.match(parsed.testsuites.testsuite.testcase['@_name'], '日本 🚀');
  });

  test('counts by suite and as a whole, times in seconds', () => {
    const one = { ms: 1500, name: 'x' };
    const xml = junitXml('run', [
      { ...one, suite: 'a', outcome: 'passed' },
      { ...one, suite: 'b', outcome: 'skipped', message: 'not here' },
      { ...one, suite: 'a', outcome: 'failed', message: 'no' },
    ]);
    assert.match(xml, '<testsuites name="run" tests="3" failures="1" errors="0" skipped="1" time="4.500">');
    assert.match(xml, '<testsuite name="a" tests="2" failures="1" errors="0" skipped="0" time="3.000">');
    assert.match(xml, '<skipped message="not here"/>');
    assert.match(xml, '<failure message="no">no</failure>');
  });
});
