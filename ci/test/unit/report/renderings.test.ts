import * as assert from 'uvu/assert';
import type { Trigger } from '../../../core/config.ts';
import type { Report } from '../../../core/report.ts';
import { message } from '../../../report/render/message.ts';
import { clampMarkup, clampText, limits, slackBlocks } from '../../../report/render/slack.ts';
import { summaryTable } from '../../../report/render/table.ts';
import { describe } from '../../harness.ts';
import { failedReport, fakeReport } from './fakeReport.ts';

describe('message', (test) => {
  test('tells of a good run what is live', () => {
    assert.equal(message(fakeReport({ notes: ['DEBUG was switched off'] })).split('\n'), [
      '✓ shop is live and tested',
      '  Live now    revision 7 of shop, tested just now',
      '  Commit      1a2b3c4d5e Add a form',
      '  Author      Author <author@example.com>',
      '  Ref         main',
      '  Tests       1 passed, 0 failed',
      '  Image       ghcr.io/acme/shop:41',
      '  Revision    6 → 7',
      '  Build       41',
      '  Started by  push',
      '  Duration    2m 14s',
      '  Note        DEBUG was switched off',
      '  Run         https://jenkins.example/job/shop/41/',
    ]);
  });

  test('names the revisions as far as they are known', () => {
    const line = (revision: NonNullable<Report['revision']>) =>
      message(fakeReport({ revision })).match(/Revision +(.*)/)?.[1];
    assert.is(line({ before: null, after: null }), 'none');
    assert.is(line({ before: null, after: 1 }), '1, the first');
    assert.is(line({ before: null }), 'not known');
    assert.is(line({ before: 6 }), '6 → not known');
  });

  test('says what started the run, and what decided it', () => {
    const line = (trigger: Trigger) => message(fakeReport({ trigger })).match(/Started by +(.*)/)?.[1];
    assert.equal(
      [
        line({ kind: 'push' }),
        line({ kind: 'poll' }),
        line({ kind: 'cron' }),
        line({ kind: 'person', by: 'Ada (Jenkins)' }),
      ],
      ['push', 'poll of the repository', 'schedule', 'Ada (Jenkins)'],
    );
    const fingerprint = { value: 'abcdef012345', parts: {} };
    assert.match(message(fakeReport({ fingerprint })), '  Fingerprint abcdef012345\n');
  });

  test('tells of a failed one the cause, the failing tests and what to do', () => {
    const lines = message(failedReport()).split('\n');
    assert.is(lines[0], '✗ shop failed in the stage test: the cluster was not touched');
    assert.ok(lines.includes('  Revision    6, unchanged'));
    assert.ok(lines.includes('  Cause       12 of 12 unit tests failed'));
    assert.ok(lines.includes('              ✗ tests.test_x › test_9: AssertionError: 9 != 1'));
    assert.ok(lines.includes('              and 2 more'));
    assert.ok(lines.includes('  To do       Run the same command.'));
    assert.not(lines.some((line) => line.includes('test_10') || line.includes('Traceback')));
  });

  test('shows the last details where no test failed', () => {
    const details = Array.from({ length: 12 }, (_, index) => `line ${index}`);
    const { tests: _, ...report } = failedReport({ failure: { stage: 'build', message: 'm', fix: 'f', details } });
    assert.match(message(report), /line 2\n.*line 3/);
    assert.not.match(message(report), /line 1\n/);
  });

  test('needs nothing but a start', () => {
    const { source: _s, tests: _t, image: _i, revision: _r, live: _l, ms: _m, ...early } = fakeReport({ exitCode: 69 });
    assert.is(message(early).split('\n')[1], '  Build       41');
  });
});

describe('slackBlocks', (test) => {
  const rendered = (report = fakeReport()) => JSON.stringify(slackBlocks(report));

  test('carries the result, the facts and a way to the log', () => {
    const { text, blocks } = slackBlocks(fakeReport());
    assert.is(text, '✓ shop is live and tested');
    assert.equal(
      blocks.map(({ type }) => type),
      ['header', 'section', 'actions'],
    );
    assert.match(rendered(), '*Live now*\\nrevision 7 of shop');
    assert.match(rendered(), 'https://jenkins.example/job/shop/41/');
  });

  test('carries all facts, however many there are', () => {
    const fingerprint = { value: 'abcdef012345', parts: {} };
    const { blocks } = slackBlocks(fakeReport({ fingerprint, unchanged: 'the same' }));
    const fields = (blocks as { fields?: { text: string }[] }[]).map((block) => block.fields?.length ?? 0);
    assert.equal(fields, [0, 10, 2, 0]);
    assert.match(JSON.stringify(blocks), '*Fingerprint*\\nabcdef012345');
    assert.match(JSON.stringify(blocks), '*Started by*\\npush');
  });

  test('carries the cause of a failure and the failing tests', () => {
    const text = rendered(failedReport());
    assert.match(text, '*Cause*\\n12 of 12 unit tests failed');
    assert.match(text, '```✗ tests.test_x › test_0: AssertionError: 0 != 1\\n');
    assert.match(text, '*To do*\\nRun the same command.');
  });

  test('calls nobody and opens no markup of others', () => {
    const source = { commit: '1', author: 'A <a@x>', subject: '<!channel> & co', ref: 'main', dirty: true };
    const failure = { stage: 'build', message: '<@U1>', fix: 'f', details: ['```<!here>'] };
    const { tests: _, ...report } = failedReport({ source, failure, notes: ['<!here>'] });
    assert.not.match(rendered(report), /<[!@]/);
    assert.match(rendered(report), '&lt;!channel&gt; &amp; co');
    assert.match(rendered(report), "```'''&lt;!here&gt;```");
  });

  test('offers no button to what is no address', () => {
    assert.not.match(rendered(fakeReport({ buildUrl: 'host-1' })), 'button');
    assert.not.match(rendered(fakeReport({ buildUrl: `https://x/${'y'.repeat(limits.url)}` })), 'button');
  });

  test('stays within the limits of Slack, whatever the run says', () => {
    const long = '<&>🚀'.repeat(2_000);
    const { blocks, text } = slackBlocks(
      failedReport({
        name: long,
        live: long,
        source: { commit: long, author: long, subject: long, ref: long, dirty: false },
        image: { reference: long, digest: long },
        notes: Array.from({ length: 30 }, () => long),
        failure: { stage: long, message: long, fix: long, details: Array.from({ length: 30 }, () => long) },
        tests: {
          command: long,
          cases: Array.from({ length: 30 }, () => ({
            suite: long,
            name: long,
            ms: 1,
            outcome: 'failed' as const,
            message: long,
          })),
        },
      }),
    );
    const texts: [limit: number, text: string][] = [[limits.section, text]];
    for (const block of blocks as {
      type: string;
      text?: { text: string };
      fields?: { text: string }[];
      elements?: { text: unknown }[];
    }[]) {
      if (block.text) texts.push([block.type === 'header' ? limits.header : limits.section, block.text.text]);
      for (const field of block.fields ?? []) texts.push([limits.field, field.text]);
      assert.ok((block.fields?.length ?? 0) <= limits.fields);
      if (block.type === 'context') assert.ok((block.elements?.length ?? 0) <= limits.context);
    }
    assert.ok(blocks.length <= 50);
    for (const [limit, written] of texts) assert.ok(written.length <= limit, `${written.length} > ${limit}`);
    assert.ok(texts.length > 10);
    assert.ok(JSON.stringify(blocks).isWellFormed());
  });

  test('cuts at the limit and not before, through no character and no entity', () => {
    assert.is(clampText('abc', 3), 'abc');
    assert.is(clampText('abcd', 3), 'ab…');
    assert.is(clampText('🚀🚀', 3), '🚀…');
    assert.is(clampMarkup('a<', 5), 'a&lt;');
    assert.is(clampMarkup('a<b', 5), 'a…');
    assert.is(clampMarkup('&&', 10), '&amp;&amp;');
    assert.is(clampMarkup('&&', 9), '&amp;…');
  });
});

describe('summaryTable', (test) => {
  test('lines up names, outcomes, times and summaries', () => {
    const report = fakeReport();
    report.stages.push({ name: 'deploy', outcome: 'failed', ms: 65_000, summary: 'the pods crash' });
    report.stages.push({ name: 'verify', outcome: 'skipped', ms: 0, summary: '' });
    assert.equal(summaryTable(report).split('\n'), [
      '✓ source  passed   0.8s   1a2b3c4 Add a form',
      '✓ test    passed   12s    34 passed',
      '✗ deploy  failed   1m 5s  the pods crash',
      '- verify  skipped',
    ]);
  });

  test('fits the terminal, and is empty for a run without stages', () => {
    assert.is(summaryTable(fakeReport(), 30).split('\n')[0], '✓ source  passed  0.8s  1a2b3…');
    assert.is(summaryTable(fakeReport({ stages: [] })), '');
  });
});
