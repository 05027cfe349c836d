import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { PipelineError } from '../../../core/errors.ts';
import { hashChart } from '../../../helm/chart.ts';
import { chartFiles, copyChart } from '../../../helm/chartFiles.ts';
import { describe, rejects } from '../../harness.ts';
import { inFolder } from '../git/repository.ts';
import { writeFiles } from '../writeFiles.ts';

const small = {
  'Chart.yaml': 'name: small\nversion: 0.1.0\n',
  '.helmignore': 'ci/\n/tests/\n*.md\n',
  'templates/web.yaml': 'kind: Deployment\n',
  'templates/tests/page.yaml': 'kind: Pod\n',
  'ci/a-values.yaml': 'a: 1\n',
  'tests/web_test.yaml': 'suite: web\n',
  'README.md': '# Small\n',
};

const refusal = async (work: () => unknown) => (await rejects((async () => work())())) as PipelineError;

describe('chartFiles', (test) => {
  test('are those that Helm loads, and apart those that it does not', () =>
    inFolder(async (folder) => {
      writeFiles(folder, small);
      assert.equal(chartFiles(folder), {
        loaded: ['.helmignore', 'Chart.yaml', 'templates/tests/page.yaml', 'templates/web.yaml'],
        beside: ['README.md', 'ci/a-values.yaml', 'tests/web_test.yaml'],
      });
    }));

  test('are neither what editors leave behind nor what .helmignore leaves to tools', () =>
    inFolder(async (folder) => {
      writeFiles(folder, { ...small, '.helmignore': 'node_modules\n' });
      const before = chartFiles(folder);
      const leftBehind = ['.git/HEAD', '.DS_Store', 'templates/.web.yaml.swp', 'templates/web.yaml~', '#web#'];
      for (const path of [...leftBehind, '.values.yaml.swo', 'node_modules/a/b.js'])
        writeFiles(folder, { [path]: 'x' });
      symlinkSync('ann@laptop.1234', join(folder, 'templates/.#web.yaml'));
      assert.equal(chartFiles(folder), before);
    }));

  test('are found behind links, as by Helm', () =>
    inFolder(async (folder) => {
      writeFiles(folder, { ...small, 'shared/more.yaml': 'kind: Secret\n' });
      symlinkSync('../shared', join(folder, 'templates/shared'));
      symlinkSync('templates/web.yaml', join(folder, 'web.yaml'));
      const { loaded } = chartFiles(folder);
      assert.ok(loaded.includes('templates/shared/more.yaml') && loaded.includes('web.yaml'));
    }));

  test('refuse what Helm could not load, and what leads out of the chart', () =>
    inFolder(async (folder) => {
      const chart = join(folder, 'chart');
      writeFiles(folder, {
        secret: 'x',
        ...Object.fromEntries(Object.entries(small).map(([k, v]) => [`chart/${k}`, v])),
      });
      const cases: [target: string, problem: string][] = [
        ['../../secret', 'a link that leads out of the chart'],
        ['../..', 'a link that leads out of the chart'],
        ['nowhere', 'a link to nothing'],
        ['.', 'a link to a folder that it lies in'],
      ];
      const at = join(chart, 'templates/link');
      for (const [target, problem] of cases) {
        symlinkSync(target, at);
        const error = await refusal(() => chartFiles(chart));
        assert.equal([error.code, error.message], ['CHART', `${at} is ${problem}`]);
        // Where nobody asks for it, it is no matter.
        writeFileSync(join(chart, '.helmignore'), 'link\n');
        assert.not(chartFiles(chart).beside.some((path) => path.includes('link')));
        writeFileSync(join(chart, '.helmignore'), '');
        rmSync(at);
      }
    }));

  test('refuse a socket, and go past one that .helmignore leaves out', () =>
    inFolder(async (folder) => {
      writeFiles(folder, small);
      const server = createServer();
      await new Promise<void>((ready) => server.listen(join(folder, 'web.sock'), ready));
      try {
        assert.match((await refusal(() => chartFiles(folder))).message, /web\.sock is no regular file$/);
        writeFileSync(join(folder, '.helmignore'), '*.sock\n');
        assert.not(chartFiles(folder).beside.includes('web.sock'));
      } finally {
        await new Promise((closed) => server.close(closed));
      }
    }));

  test('of a folder that is none are refused as a chart, not as a fault of the pipeline', async () => {
    const error = await refusal(() => chartFiles('/nowhere/chart'));
    assert.is(error.code, 'CHART');
    assert.match(error.message, /^the chart in \/nowhere\/chart cannot be read: ENOENT/);
  });
});

describe('hashChart', (test) => {
  test('is the same whoever checked the chart out, wherever, and with whatever open in an editor', () =>
    inFolder(async (folder) => {
      const [one, two] = [join(folder, 'one'), join(folder, 'two/deeper')];
      for (const chart of [one, two]) writeFiles(chart, small);
      for (const path of ['Chart.yaml', 'templates/web.yaml']) {
        chmodSync(join(two, path), 0o775);
        utimesSync(join(two, path), 1, 1);
      }
      chmodSync(join(two, 'templates'), 0o700);
      writeFiles(two, { 'templates/.web.yaml.swp': 'b0VIM', '.DS_Store': 'x', 'ci/other-values.yaml': 'b: 1\n' });
      assert.is(await hashChart(two), await hashChart(one));
      // And of what goes into the engine.
      copyChart(two, chartFiles(two).loaded, join(folder, 'copy'));
      assert.is(await hashChart(join(folder, 'copy')), await hashChart(one));
    }));

  test('is another with every change that Helm would see', () =>
    inFolder(async (folder) => {
      writeFiles(folder, small);
      const seen = new Set([await hashChart(folder)]);
      for (const [path, text] of [
        ['templates/web.yaml', 'kind: Job\n'],
        ['templates/more.yaml', ''],
        ['files/a.txt', 'a'],
        ['.helmignore', 'ci/\n/tests/\n'],
      ] as const) {
        writeFiles(folder, { [path]: text });
        seen.add(await hashChart(folder));
      }
      assert.is(seen.size, 5);
    }));
});

describe('copyChart', (test) => {
  test('makes plain files of links and programs', () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'chart/files'), { recursive: true });
      writeFileSync(join(folder, 'chart/files/run.sh'), 'true', { mode: 0o750 });
      symlinkSync('files/run.sh', join(folder, 'chart/link'));
      copyChart(join(folder, 'chart'), ['files/run.sh', 'link'], join(folder, 'copy'));
      for (const path of ['files/run.sh', 'link']) {
        assert.is(readFileSync(join(folder, 'copy', path), 'utf8'), 'true');
        assert.is(statSync(join(folder, 'copy', path)).mode & 0o777, 0o644);
      }
    }));
});
