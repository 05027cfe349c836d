import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../core/errors.ts';
import type { Report, StageResult } from '../../../core/report.ts';
import { writeReport } from '../../../report/files.ts';
import { stage } from '../../../report/stage.ts';
import { endReport } from '../../../report/startReport.ts';
import { describe, rejects } from '../../harness.ts';
import { inFolder } from '../git/repository.ts';
import { fakeConfig, listeningLog, noMask, openReport } from './fakeReport.ts';

const { signal } = new AbortController();
const readJson = (folder: string) => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;

describe('stage', (test) => {
  test('notes a good end with its summary, and writes the report', () =>
    inFolder(async (reports) => {
      const report = openReport();
      const log = listeningLog();
      const before = Date.now();
      const config = fakeConfig({ reports });
      const result = await stage(
        { report, log, mask: noMask, config, signal },
        'test',
        async ({ progress, summary }) => {
          assert.is(readJson(reports).stages[0]?.outcome, 'running');
          progress('half way');
          summary('34 passed');
          return 7;
        },
      );
      assert.is(result, 7);
      assert.equal(log.lines, ['step test', 'half way', 'done: 34 passed']);
      const [{ startedAt = '', ...noted }] = readJson(reports).stages as [StageResult];
      assert.ok(Date.parse(startedAt) >= before);
      assert.equal({ ...noted, ms: 0 }, { name: 'test', outcome: 'passed', ms: 0, summary: '34 passed' });
    }));

  test('notes the first failure as the cause, and passes errors on', () =>
    inFolder(async (reports) => {
      const report = openReport();
      const context = { report, log: listeningLog(), mask: noMask, config: fakeConfig({ reports }), signal };
      const error = new PipelineError('TESTS', '2 tests failed', { details: ['x', 'y'] });
      assert.is(await rejects(stage(context, 'test', () => Promise.reject(error))), error);
      await rejects(stage(context, 'rollback', () => Promise.reject(new Error('second'))));
      assert.equal(report.failure, { stage: 'test', message: '2 tests failed', fix: error.fix, details: ['x', 'y'] });
      assert.equal(
        readJson(reports).stages.map(({ name, outcome, summary }) => [name, outcome, summary]),
        [
          ['test', 'failed', '2 tests failed'],
          ['rollback', 'failed', 'second'],
        ],
      );
    }));

  test('is not stopped by reports that cannot be written', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), '');
      const config = fakeConfig({ reports: join(folder, 'file') });
      const work = stage({ report: openReport(), log: listeningLog(), mask: noMask, config, signal }, 'test', () =>
        Promise.resolve(7),
      );
      assert.is(await work, 7);
    }));

  for (const end of ['passes', 'fails'] as const)
    test(`that ${end} after the report was closed changes nothing of it, in the file or elsewhere`, () =>
      inFolder(async (reports) => {
        const context = {
          report: openReport(),
          log: listeningLog(),
          mask: noMask,
          config: fakeConfig({ reports }),
          signal,
        };
        let go = () => {};
        const late = new Promise<void>((resolve) => {
          go = resolve;
        });
        const abandoned = stage(context, 'deploy', async () => {
          await late;
          if (end === 'fails') throw new Error('too late');
        });
        endReport(context.report, 143);
        writeReport(context.report, context.config.reports, noMask);
        const [told, closed] = [readJson(reports), structuredClone(context.report)];
        go();
        if (end === 'fails') await rejects(abandoned);
        else await abandoned;
        assert.equal(context.report, closed);
        assert.equal(readJson(reports), told);
        assert.is(told.stages[0]?.summary, 'did not finish');
      }));
});
