import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { realFacts } from '../../../config/facts.ts';
import { readConfig } from '../../../config/readConfig.ts';
import { root } from '../../../core/program.ts';
import { describe } from '../../harness.ts';

interface Step {
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

interface Job {
  'timeout-minutes': number;
  permissions?: unknown;
  env?: unknown;
  steps: Step[];
}

interface Workflow {
  on: { push: unknown; schedule: { cron: string }[] };
  permissions: unknown;
  env?: unknown;
  concurrency: Record<string, unknown>;
  jobs: Record<string, Job>;
}

const text = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');
const workflow = parse(text) as Workflow;
const jobs = Object.values(workflow.jobs);
const job = jobs[0] as Job;
const step = (matches: (step: Step) => boolean): Step => job.steps.find(matches) ?? {};
const delivery = step(({ name }) => name === 'Deliver');
const cleaning = step(({ name }) => name === 'Take the kubeconfig back');

describe('the GitHub workflow', (test) => {
  test('runs at a push to main, by the clock and by hand, and for nobody from outside', () => {
    assert.equal(Object.keys(workflow.on), ['push', 'schedule', 'workflow_dispatch']);
    assert.equal(workflow.on.push, { branches: ['main'] });
    for (const { cron } of workflow.on.schedule) assert.match(cron, /^[1-9]\d? (\S+ ){3}\S+$/);
  });

  test('may read the repository, and nothing else', () => {
    assert.equal(workflow.permissions, { contents: 'read' });
    assert.is(jobs.length, 1);
    assert.is(job.permissions, undefined);
  });

  test('never cancels a run that is at work, and leaves it time for all that ours may take', () => {
    assert.is(workflow.concurrency['cancel-in-progress'], false);
    const { testTimeout, lockTimeout, deployTimeout } = readConfig([], {}, undefined, realFacts({}));
    // A dead run's release is finished or put back to one of three, then comes the deployment, then three rollbacks: each is
    // changed, waited for, and tested.
    assert.ok(job['timeout-minutes'] * 60 > testTimeout + lockTimeout + 3 * (4 + 1 + 3) * deployTimeout);
  });

  test('does not let a nightly look take the place of a push that waits', () => {
    const group = String(workflow.concurrency['group']);
    assert.match(group, /^delivery-.*\{ github\.event_name == 'schedule' && 'schedule' \|\| github\.ref \}\}$/);
  });

  test('names each action by a major version or a commit', () => {
    const actions = job.steps.flatMap(({ uses }) => uses ?? []);
    assert.ok(actions.length > 0);
    for (const action of actions) assert.match(action, /^actions\/[\w-]+@(v\d+|[0-9a-f]{40})$/);
  });

  test('installs what package-lock.json names, with no credential in reach', () => {
    const install = step(({ run }) => run?.startsWith('npm ci ') ?? false);
    assert.match(install.run ?? '', /^npm ci --omit=dev --omit=optional --ignore-scripts\b/);
    assert.is(install.env, undefined);
    const checkout = step(({ uses }) => uses?.startsWith('actions/checkout@') ?? false);
    assert.is(checkout.with?.['persist-credentials'], false);
  });

  test('has its secrets in the variables of one step, which ends with the command of everybody else', () => {
    const secrets = text.match(/\bsecrets\b[^\n]*\}\}/g) ?? [];
    const own = Object.values(delivery.env ?? {}).filter((value) => /^\$\{\{ secrets\.\w+ \}\}$/.test(value));
    assert.ok(own.length > 0);
    assert.is(own.length, secrets.length);
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { ci: string } };
    // Instead of the shell, which alone would hear the signal when the run is cancelled.
    assert.is(delivery.run?.trimEnd().split('\n').at(-1), `exec ${scripts.ci}`);
  });

  test('files the reports whatever came of the run', () => {
    const upload = step(({ uses }) => uses?.startsWith('actions/upload-artifact@') ?? false);
    assert.is(upload.if, 'always()');
    assert.is(upload.with?.['path'], `${delivery.env?.['PIPELINE_REPORTS']}/`);
  });
});

/** Runs the step, and the one that cleans up behind it, as GitHub does, with a Node that tells what it was given. */
function deliver(given: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
  try {
    const node = `#!/bin/sh\necho "$@"; test $$ = "$STEP" || echo 'not in the place of the shell'\nenv -0 > '${folder}/env'\nif [ "$PIPELINE_KUBECONFIG" ]; then\n  stat -c %a "$PIPELINE_KUBECONFIG"\n  cat "$PIPELINE_KUBECONFIG"\nfi\nexit 11\n`;
    writeFileSync(join(folder, 'node'), node, { mode: 0o755 });
    const filled = Object.entries(delivery.env ?? {}).map(([name, value]) => [
      name,
      value.replace(/\$\{\{ (?:secrets|vars)\.(\w+) \}\}/, (_, key: string) => given[key] ?? ''),
    ]);
    const env = { PATH: `${folder}:${process.env['PATH']}`, RUNNER_TEMP: folder, ...Object.fromEntries(filled) };
    const script = `export STEP=$$\n${delivery.run}`;
    const ran = spawnSync('bash', ['-e', '-c', script], { encoding: 'utf8', env });
    spawnSync('bash', ['-e', '-c', cleaning.run ?? ''], { env });
    const seen = Object.fromEntries(
      readFileSync(join(folder, 'env'), 'utf8')
        .split('\0')
        .filter(Boolean)
        .map((line) => line.split(/=(.*)/s)),
    ) as Record<string, string>;
    return { ...ran, env: seen, left: existsSync(join(folder, 'kubeconfig')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the delivery of the GitHub workflow', (test) => {
  test('has settings that the pipeline takes when the repository has no secrets: all is embedded', () => {
    const { status, stdout, env } = deliver({});
    assert.equal([status, stdout], [11, 'ci/index.ts\n']);
    const { kubeconfig, registry, registryPassword, slackWebhook } = readConfig([], env, undefined, realFacts(env));
    assert.equal([kubeconfig, registry, registryPassword, slackWebhook], Array(4).fill(undefined));
  });

  test('hands the secrets over by reference, and the kubeconfig in a file that is gone afterwards', () => {
    const { status, stdout, env, left } = deliver({
      KUBECONFIG: "apiVersion: v1\nkind: Config # it's",
      REGISTRY: 'ghcr.io/acme',
      REGISTRY_USERNAME: 'ann',
      REGISTRY_PASSWORD: 'hunter2',
      SLACK_WEBHOOK_URL: 'https://hooks.slack.com/x',
    });
    assert.is(status, 11);
    assert.is(stdout, "ci/index.ts\n600\napiVersion: v1\nkind: Config # it's\n");
    assert.is(cleaning.if, 'always()');
    assert.is(left, false);
    assert.not.match(JSON.stringify(env), 'apiVersion');
    const { PIPELINE_KUBECONFIG: _, ...rest } = env;
    const config = readConfig([], rest, undefined, realFacts(rest));
    assert.equal(
      [config.registry, config.registryUsername, config.registryPassword, config.slackWebhook],
      ['ghcr.io/acme', 'env://REGISTRY_USERNAME', 'env://REGISTRY_PASSWORD', 'env://SLACK_WEBHOOK_URL'],
    );
  });
});
