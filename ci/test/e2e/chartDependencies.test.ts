import { chmodSync, cpSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import type { Config } from '../../core/config.ts';
import type { PipelineError } from '../../core/errors.ts';
import { type Chart, loadChart } from '../../helm/chart.ts';
import { describe, rejects } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { deliver } from './support/deliver.ts';
import { engineSession } from './support/engineSession.ts';
import { kubectl } from './support/kubectl.ts';
import { namespace } from './support/namespace.ts';
import { shared } from './support/shared.ts';
import { smallChart, writeFiles } from './support/smallChart.ts';

/** A chart beside another, which it depends on. */
function chartWithDependency(version = '^1.0.0', repository = 'file://../settings') {
  const folder = temporaryFolder();
  const chart = join(folder, 'chart');
  cpSync(smallChart(), chart, { recursive: true });
  const dependency = `dependencies:\n  - { name: settings, version: "${version}", repository: "${repository}" }\n`;
  writeFiles(chart, { 'Chart.yaml': `apiVersion: v2\nname: small\nversion: 0.1.0\n${dependency}` });
  settings(folder, '1.2.0', 'blue');
  return { folder, chart };
}

/** Writes the chart that is depended on. */
function settings(folder: string, version: string, colour: string) {
  writeFiles(join(folder, 'settings'), {
    'Chart.yaml': `apiVersion: v2\nname: settings\nversion: ${version}\n`,
    'templates/settings.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }}-settings }\ndata: { colour: ${colour} }\n`,
    'templates/settings.yaml~': 'left by an editor',
  });
}

type Engine = Parameters<Parameters<typeof engineSession>[0]>[0];
const on =
  ({ dag, images }: Engine) =>
  (chart: string) =>
    loadChart({ dag, images, config: { chart } as Config });
const charts = async ({ directory }: Chart) =>
  (await directory.glob('charts/**')).filter((path) => !path.endsWith('/'));

describe("a chart's dependencies", (test) => {
  test('are fetched where charts/ does not hold them, and are part of what names the release', () =>
    engineSession(async (engine) => {
      const loaded = on(engine);
      const { folder, chart } = chartWithDependency();
      const first = await loaded(chart);
      assert.equal(await charts(first), ['charts/settings-1.2.0.tgz']);
      assert.not((await first.directory.entries()).includes('Chart.lock'), 'it would hold the time of this run');

      const copy = temporaryFolder();
      cpSync(folder, copy, { recursive: true });
      for (const path of ['chart/Chart.yaml', 'settings/Chart.yaml', 'settings/templates/settings.yaml']) {
        chmodSync(join(copy, path), 0o775);
        utimesSync(join(copy, path), 1, 1);
      }
      assert.is((await loaded(join(copy, 'chart'))).hash, first.hash, 'the same elsewhere, by another user');

      settings(folder, '1.3.0', 'blue');
      const newer = await loaded(chart);
      assert.equal(await charts(newer), ['charts/settings-1.3.0.tgz'], 'looked for anew');
      settings(folder, '1.3.0', 'red');
      const other = await loaded(chart);
      assert.is(new Set([first, newer, other].map(({ hash }) => hash)).size, 3);
    }));

  test('are those of Chart.lock, whatever charts/ holds', () =>
    engineSession(async (engine) => {
      const loaded = on(engine);
      const { chart } = chartWithDependency();
      const locked = await lock(engine, chart);
      writeFiles(chart, { 'Chart.lock': locked, 'charts/settings/Chart.yaml': 'name: settings\nversion: 1.1.0\n' });
      assert.equal(await charts(await loaded(chart)), ['charts/settings-1.2.0.tgz']);

      // What Helm says of a lock that does not go with Chart.yaml is for whoever keeps the chart.
      const { chart: changed } = chartWithDependency('>=1.0.0');
      writeFiles(changed, { 'Chart.lock': locked });
      const error = (await rejects(loaded(changed))) as PipelineError;
      assert.equal([error.code, error.exitCode], ['CHART', 64]);
      assert.match(error.message, /out of sync/);
    }));

  test('are completed where charts/ holds a part', () =>
    engineSession(async (engine) => {
      const { folder, chart } = chartWithDependency();
      writeFiles(chart, {
        'Chart.yaml': `apiVersion: v2\nname: small\nversion: 0.1.0\ndependencies:\n  - { name: settings, version: "1.x", repository: "file://../settings" }\n  - { name: vendored, version: "1.x", repository: "" }\n`,
        'charts/vendored/Chart.yaml': 'apiVersion: v2\nname: vendored\nversion: 1.0.0\n',
      });
      const expected = ['charts/settings-1.2.0.tgz', 'charts/vendored/Chart.yaml'];
      const complete = await on(engine)(chart);
      assert.equal((await charts(complete)).sort(), expected);
      // Whole now, so that nothing is fetched: it would not be found.
      await complete.directory.export(chart);
      rmSync(join(folder, 'settings'), { recursive: true });
      assert.is((await on(engine)(chart)).hash, complete.hash);
    }));

  test('that are not to be had end the run before the cluster is touched', () =>
    engineSession(async (engine) => {
      const loaded = on(engine);
      const { folder, chart } = chartWithDependency();
      rmSync(join(folder, 'settings'), { recursive: true });
      const nowhere = (await rejects(loaded(chart), /in .*\/settings, where there is no chart$/)) as PipelineError;
      assert.equal([nowhere.code, nowhere.exitCode], ['CHART', 64]);

      for (const repository of ['https://charts.invalid', 'oci://charts.invalid/shop']) {
        const away = (await rejects(loaded(chartWithDependency('1.0.0', repository).chart))) as PipelineError;
        assert.equal([away.code, away.exitCode], ['CHART_DEPENDENCIES', 69], `${repository}: ${away.message}`);
        assert.match(away.message, /^the dependencies of the chart in .* cannot be had: /);
      }
    }));

  test('are linted and deployed, and leave alone what is live when nothing has changed', async () => {
    const all = await shared();
    const { folder, chart } = chartWithDependency();
    const name = await namespace(all, 'dependencies');
    const flags = ['--source', appOfExample().folder, '--name', 'todo', '--namespace', name, '--chart', chart];
    const first = await deliver(all, flags);
    assert.is(first.exitCode, 0, first.report.failure?.message);
    const colour = async () =>
      (
        parse(await kubectl(all, ['get', 'configmap', 'todo-settings', '--namespace', name, '-o', 'yaml'])) as {
          data: object;
        }
      ).data;
    assert.equal(await colour(), { colour: 'blue' });
    const again = await deliver(all, flags);
    assert.equal([again.exitCode, again.report.revision], [0, undefined]);
    assert.match(again.report.unchanged ?? '', 'the same image, chart and values');
    settings(folder, '1.2.0', 'red');
    const changed = await deliver(all, flags);
    assert.is(changed.report.revision?.after, 2);
    assert.equal(await colour(), { colour: 'red' });
  });
}, 600_000);

/** What `helm dependency update` writes for a chart. */
async function lock({ dag, images }: Engine, chart: string): Promise<string> {
  const ran = dag
    .container()
    .from(images.tools)
    .withDirectory('/charts', dag.host().directory(join(chart, '..'), { noCache: true }))
    .withWorkdir('/charts/chart')
    .withExec(['helm', 'dependency', 'update', '.']);
  return ran.file('Chart.lock').contents();
}
