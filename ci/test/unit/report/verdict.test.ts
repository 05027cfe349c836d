import * as assert from 'uvu/assert';
import { exitCodes } from '../../../core/errors.ts';
import type { Report } from '../../../core/report.ts';
import { verdict } from '../../../report/render/verdict.ts';
import { describe } from '../../harness.ts';
import { failedReport, fakeReport } from './fakeReport.ts';

describe('verdict', (test) => {
  test('says of every exit code what it means', () => {
    const sentences = Object.values(exitCodes).map(
      (exitCode) => verdict(failedReport({ exitCode, revision: { before: 6, after: 7 } })).sentence,
    );
    assert.is(new Set(sentences).size, sentences.length);
    assert.not.match(sentences.join(), 'exit code');
    assert.is(sentences[0], 'shop is live and tested');
    assert.is(sentences[1], 'shop failed in the stage test: the cluster was not touched');
    assert.is(
      sentences[3],
      'shop failed in the stage test: the previous release was restored, but nothing proves that it works',
    );
    assert.is(verdict(failedReport({ exitCode: 143 })).sentence, 'shop was interrupted in the stage test');
  });

  test('of a release that was only looked at speaks of nothing else', () => {
    const sentence = (changes: Partial<Report>) => verdict(fakeReport(changes)).sentence;
    assert.match(sentence({ health: 'checked' }), /^shop is well: /);
    assert.match(sentence({ health: 'left alone' }), /^shop was left alone: /);
    assert.is(sentence({ health: 'checked', exitCode: 13 }), 'shop is not well: a person is needed');
  });

  test('does not say of what was not checked that it is well', () => {
    const sentence = (changes: Partial<Report>) => verdict(fakeReport(changes)).sentence;
    assert.match(sentence({ health: 'checked', notChecked: 1 }), /^shop is well: .* again; 1 thing was not checked$/);
    assert.match(sentence({ health: 'checked', untested: true, notChecked: 3 }), /; 3 things were not checked$/);
    assert.is(
      sentence({ unchanged: 'the same', notChecked: 2 }),
      'shop is live and tested: nothing to do; 2 things were not checked',
    );
    assert.not.match(sentence({ unchanged: 'the same' }), 'not checked');
  });

  test('claims no test where there is none', () => {
    const sentence = (changes: Partial<Report>) => verdict(fakeReport({ untested: true, ...changes })).sentence;
    assert.is(sentence({}), 'shop is live, and not tested: its chart has no tests');
    assert.is(
      sentence({ health: 'checked' }),
      'shop is well: it runs as it was meant to, though its chart has no tests',
    );
    assert.is(sentence({ untested: false }), 'shop is live and tested');
  });

  test('does not call unchanged what was begun, or put in order first', () => {
    const sentence = (changes: Partial<Report>) => verdict(failedReport(changes)).sentence;
    const recover = { name: 'recover', outcome: 'passed', ms: 1, summary: '' } as const;
    for (const exitCode of [10, 20, 30]) {
      const recovered = sentence({ exitCode, stages: [recover] });
      assert.match(recovered, /the release was not changed, but for what a run that died had left half done$/);
      assert.not.match(sentence({ exitCode, stages: [{ ...recover, outcome: 'skipped' }] }), 'but for');
    }
    assert.match(sentence({ exitCode: 20, endedBy: 'LOCKED' }), /another deployment .*; the release was not changed$/);
    assert.match(
      sentence({ exitCode: 20, endedBy: 'SUPERSEDED' }),
      /: a newer run goes first; the release was not changed$/,
    );
    assert.not.match(sentence({ exitCode: 20, endedBy: 'LEASE_LOST' }), 'not changed');
    // Namespace, lease and ledger were made by then.
    assert.is(
      sentence({ exitCode: 10, endedBy: 'RENDER' }),
      'shop failed in the stage test: the release was not changed',
    );
    assert.match(sentence({ exitCode: 13, revision: { before: 6, after: 7 } }), 'could not be restored');
    assert.match(
      sentence({ exitCode: 13, revision: { before: 6, after: null } }),
      /could not be brought back, and the release was not changed: a person is needed$/,
    );
  });

  test('says of an interrupt whether it left something half done', () => {
    const sentence = (revision: NonNullable<Report['revision']>) =>
      verdict(failedReport({ exitCode: 130, revision })).sentence;
    const ends = (begun: string) => `shop was interrupted in the stage test${begun}`;
    const leftOpen = '; the next run finishes or undoes what this one began';
    assert.is(sentence({ before: 6, after: null }), ends(''));
    assert.is(sentence({ before: 6 }), ends(leftOpen));
    assert.is(sentence({ before: null, after: 1 }), ends(leftOpen));
  });

  test('claims no success before there is one', () => {
    const { exitCode: _, ...running } = fakeReport();
    assert.is(verdict(running).mark, '…');
    for (const exitCode of [10, 11, 12, 13, 64, 69, 70, 130]) assert.is(verdict(fakeReport({ exitCode })).mark, '✗');
  });
});
