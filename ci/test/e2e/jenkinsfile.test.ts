import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { checkOut } from './support/checkOut.ts';
import {
  agent,
  causes,
  credentials,
  ensure,
  filed,
  install,
  junit,
  outline,
  report,
  run,
  secrets,
} from './support/jenkinsAgent.ts';
import { type Build, runJenkinsfile, runJenkinsfiles, startJenkinsfile } from './support/runJenkinsfile.ts';

describe('the Jenkinsfile', (test) => {
  test('installs without credentials, runs with them, and files what came of it', async () => {
    const { build, seen } = agent({ dagger: `cat "$PIPELINE_KUBECONFIG" > kube; ${report(junit(''))}` });
    const ran = await runJenkinsfile(build);
    assert.equal([ran.problems, ran.result], [[], 'SUCCESS']);
    assert.equal(outline(ran.steps), [
      'Delivery',
      '  sh rm -rf reports: passed',
      `  sh ${ensure}: passed`,
      '  withCredentials: passed',
      `    sh ${run}: passed`,
      ...filed,
    ]);
    assert.is(seen('npm.argv').trim(), install);
    assert.is(seen('dagger.argv').trim(), run);
    assert.not.match(seen('npm.env'), secrets);
    for (const line of [
      'PIPELINE_REGISTRY_USERNAME=env://REGISTRY_USERNAME',
      'PIPELINE_REGISTRY_PASSWORD=env://REGISTRY_PASSWORD',
      'REGISTRY_USERNAME=deployer',
      'REGISTRY_PASSWORD=hunter2',
      'SLACK_WEBHOOK_URL=https://hooks.example/T0/B0',
      'BUILD_NUMBER=7',
      'PIPELINE_REPORTS=reports',
    ])
      assert.ok(seen('dagger.env').split('\n').includes(line), line);
    assert.is(seen('workspace/kube'), 'token: swordfish\n');
    const [, path = ''] = /^PIPELINE_KUBECONFIG=(.*)$/m.exec(seen('dagger.env')) ?? [];
    assert.match(path, 'secretFiles');
    assert.not.ok(existsSync(path));
    assert.ok(existsSync(join(ran.archive, 'reports/report.json')));
    assert.ok(existsSync(join(ran.junit, 'reports/junit/tests.xml')));
    assert.is(ran.tests.total, 1);
  });

  test('installs anew only where the lockfile is another one, or an installation did not come to its end', async () => {
    const { build, workspace, seen } = agent({
      npm: 'rm -rf node_modules; mkdir node_modules; echo "$(cat package-lock.json)" >> ../installed; test ! -e ../broken',
    });
    const lockfile = join(workspace, 'package-lock.json');
    const broken = join(workspace, '../broken');
    const results: string[] = [];
    const next = async () => {
      const ran = await runJenkinsfile(build);
      results.push(ran.result);
      return seen('installed').trim().split('\n');
    };
    await next();
    assert.equal(await next(), ['{}'], 'the same packages are there');
    writeFileSync(lockfile, '{"other": 1}');
    writeFileSync(broken, '');
    assert.equal(await next(), ['{}', '{"other": 1}']);
    rmSync(broken);
    assert.equal(await next(), ['{}', '{"other": 1}', '{"other": 1}'], 'after a failure');
    writeFileSync(lockfile, '{}');
    assert.is((await next()).length, 4, 'back to a lockfile that was installed before');
    assert.equal(results, ['SUCCESS', 'SUCCESS', 'FAILURE', 'SUCCESS', 'SUCCESS']);
  });

  test('tells the program what started the build', async () => {
    const { build, seen } = agent();
    await runJenkinsfile(build);
    const [, told = ''] = /^JENKINS_BUILD_CAUSES=(.*)$/m.exec(seen('dagger.env')) ?? [];
    assert.equal(JSON.parse(told), causes);
  });

  test('fails where a step fails, files the reports all the same, and hides no failing test', async () => {
    const agents = {
      noInstall: agent({ npm: 'exit 1' }),
      red: agent({ dagger: `${report(junit('<failure/>'))}; exit 10` }),
      yellow: agent({ dagger: report(junit('<failure/>')) }),
      noReport: agent({ dagger: 'exit 70' }),
    };
    mkdirSync(join(agents.noInstall.workspace, 'reports/junit'), { recursive: true });
    writeFileSync(join(agents.noInstall.workspace, 'reports/junit/old.xml'), junit('<failure/>'));
    const [noInstall, red, yellow, noReport] = await runJenkinsfiles(Object.values(agents).map(({ build }) => build));
    assert.equal(noInstall && outline(noInstall.steps), [
      'Delivery',
      '  sh rm -rf reports: passed',
      `  sh ${ensure}: failed`,
      ...filed,
    ]);
    assert.is(agents.noInstall.seen('dagger.argv'), '');
    assert.equal([noInstall?.result, noInstall?.tests.total], ['FAILURE', 0], 'the report of an earlier build');
    assert.equal([red?.result, red?.tests], ['FAILURE', { total: 1, failed: 1 }]);
    assert.ok(existsSync(join(red?.archive ?? '', 'reports/junit/tests.xml')));
    assert.is(yellow?.result, 'UNSTABLE');
    assert.equal([noReport?.result, noReport && outline(noReport.steps).slice(-3)], ['FAILURE', filed]);
  });

  test('installs by npm what the program needs, and gives it settings that it knows', async () => {
    const { build, workspace } = agent({ dagger: 'shift; exec "$@"' });
    checkOut(workspace);
    // Refused before an engine is looked for: the chart, and a kubeconfig that is none. What is unknown would be a third.
    writeFileSync(join(workspace, 'pipeline.yaml'), 'registry: ghcr.io/acme\nchart: nowhere\n');
    const [folder = ''] = build.environment?.['PATH']?.split(':') ?? [];
    rmSync(join(folder, 'npm'));
    const { PATH = '', ...others } = process.env as Record<string, string>;
    const own = Object.fromEntries(
      Object.entries(others).filter(([name]) => !/^(npm_|PIPELINE_|INIT_CWD$)/i.test(name)),
    );
    const environment = { ...own, PATH: [folder, dirname(process.execPath), PATH].join(':') };
    const ran = await runJenkinsfile({ ...build, environment });
    assert.match(ran.console, `+ ${install}`);
    assert.ok(existsSync(join(workspace, 'node_modules/@dagger.io/dagger/package.json')), ran.console);
    const refused = [
      '2 settings are wrong',
      'PIPELINE_KUBECONFIG: **** cannot be read as a kubeconfig',
      'chart: there is no',
    ];
    for (const words of refused) assert.match(stripVTControlCharacters(ran.console), words);
    assert.match(ran.console, 'script returned exit code 64');
    assert.not.match(ran.raw, /hunter2|hooks\.example|swordfish/);
  });

  test('is started by pushes, by polling, and at night: of a multibranch job, main alone', async () => {
    const builds = [{}, { BRANCH_NAME: 'main' }, { BRANCH_NAME: 'feature' }].map((more): Build => {
      const { build } = agent();
      return { ...build, environment: { ...build.environment, ...more } };
    });
    const triggers = (cron: string) => [
      { name: 'githubPush' },
      { name: 'pollSCM', args: ['H/15 * * * *'] },
      { name: 'cron', args: [cron] },
    ];
    const [job, main, feature] = (await runJenkinsfiles(builds)).map((ran) => ran.triggers);
    assert.equal(job, triggers('H 2 * * *'));
    assert.equal(main, triggers('H 2 * * *'));
    assert.equal(feature, triggers(''));
  });

  test('delivers nothing from other branches and pull requests, and lends them no credential', async () => {
    // `npm` would leave a trace, and a job without credentials would fail where they are lent.
    const of = (BRANCH_NAME: string) => {
      const { build, seen } = agent();
      return { build: { ...build, credentials: {}, environment: { ...build.environment, BRANCH_NAME } }, seen };
    };
    const branches = [of('feature'), of('PR-1'), of('main')];
    const [feature, pull, main] = await runJenkinsfiles(branches.map(({ build }) => build));
    for (const ran of [feature, pull]) {
      assert.equal([ran?.problems, ran?.result], [[], 'SUCCESS']);
      assert.equal(ran && outline(ran.steps), ['Delivery: skipped', ...filed]);
      assert.not.match(ran?.raw ?? '', /^\+ |withCredentials/m);
    }
    assert.equal(
      branches.map(({ seen }) => seen('npm.argv').trim()),
      ['', '', install],
    );
    assert.match(main?.console ?? '', 'Could not find credentials entry', 'of main they are asked for');
  });

  test('lets builds wait for each other, and gives them longer than we give ourselves', async () => {
    const { options } = await runJenkinsfile(agent().build);
    const named = Object.fromEntries(options.map(({ name, ...more }) => [name, more]));
    assert.equal(named['disableConcurrentBuilds'], {}, 'no abortPrevious');
    assert.equal(named['timeout'], { named: { time: 4, unit: 'HOURS' } });
    assert.equal(Object.keys(named).sort(), [
      'ansiColor',
      'buildDiscarder',
      'disableConcurrentBuilds',
      'timeout',
      'timestamps',
    ]);
  });

  test('gives an aborted run time to write its reports, and files them', async () => {
    const work = `trap '${report('<testsuite/>').replaceAll("'", '"')}; exit 143' TERM; echo working; while :; do sleep 0.1; done`;
    const { build } = agent({ dagger: work });
    const running = await startJenkinsfile(build);
    await running.says('working');
    running.abort();
    const ran = await running.ended;
    assert.is(ran.result, 'ABORTED');
    assert.equal(outline(ran.steps).slice(-5), ['  withCredentials: aborted', `    sh ${run}: aborted`, ...filed]);
    assert.ok(existsSync(join(ran.archive, 'reports/report.json')));
  });

  test('refuses a job without one of its credentials', async () => {
    const { build, seen } = agent();
    const { registry: _, ...others } = credentials;
    const ran = await runJenkinsfile({ ...build, credentials: others });
    assert.is(ran.result, 'FAILURE');
    assert.match(ran.console, "Could not find credentials entry with ID 'registry'");
    assert.is(seen('dagger.argv'), '');
  });
}, 600_000);
