import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { which } from 'zx';
import { engine } from '../../../targets/engine.ts';
import { type App, appOfExample, temporaryFolder } from './apps.ts';
import { checkOut } from './checkOut.ts';
import { nativeCluster } from './nativeCluster.ts';
import { oneTest } from './releasing.ts';
import type { Build } from './runJenkinsfile.ts';
import { log } from './shared.ts';
import { type SlackServer, slackServer } from './slackServer.ts';
import type { Watched } from './standing.ts';

/** A job on a Jenkins agent: this repository checked out, and an application that it delivers to a user's own cluster. */
export interface JenkinsJob {
  app: App;
  its: Watched;
  slack: SlackServer;
  /** What only the step with the run may see, and nobody may tell. */
  secrets: string[];
  /** As they are in pipeline.yaml. */
  settings: { source: string; name: string; namespace: string; registry: string; set: string[] };
  /** Path of the kubeconfig. */
  kubeconfig: string;
  workspace: string;
  /** The next build. @param more values for Helm */
  build(more?: { set: string[] }): Build;
}

/** Nothing is delivered yet. The cluster and Slack's stand-in end after the last test. */
export async function jenkinsJob(namespace: string): Promise<JenkinsJob> {
  const { kubeconfig, kube, registry } = await nativeCluster();
  const app = appOfExample();
  const slack = await slackServer();
  // Jenkins puts files beside it.
  const workspace = join(temporaryFolder(), 'workspace');
  checkOut(workspace);
  const settings = {
    source: app.folder,
    name: 'todo',
    namespace,
    registry: `${registry.name}/team`,
    set: oneTest.filter((text) => text !== '--set'),
  };
  const login = {
    username: registry.username ?? 'deployer',
    password: registry.password ?? 'registry-password-of-the-tests',
  };
  const environment = await agent();
  let number = 0;
  return {
    app,
    its: { kube, namespace, release: 'todo' },
    slack,
    secrets: [login.password, slack.url, ...keysOf(readFileSync(kubeconfig, 'utf8'))],
    settings,
    kubeconfig,
    workspace,
    build({ set } = { set: [] }) {
      writeFileSync(join(workspace, 'pipeline.yaml'), stringify({ ...settings, set: [...settings.set, ...set] }));
      number += 1;
      return {
        jenkinsfile: readFileSync(join(workspace, 'Jenkinsfile'), 'utf8'),
        workspace,
        environment: {
          ...environment,
          ...{
            JENKINS_URL: 'https://jenkins.example/',
            JOB_NAME: 'todo',
            WORKSPACE: workspace,
            GIT_BRANCH: 'origin/main',
          },
          ...{ BUILD_NUMBER: `${number}`, BUILD_URL: `https://jenkins.example/job/todo/${number}/` },
        },
        credentials: {
          registry: login,
          kubeconfig: { file: readFileSync(kubeconfig, 'utf8') },
          'slack-webhook': { secret: slack.url },
        },
        causes: [
          { _class: 'com.cloudbees.jenkins.GitHubPushCause', shortDescription: 'Started by GitHub push by ada' },
        ],
      };
    },
  };
}

/** An agent's environment: this one without what started the tests, and with `dagger` and the Node of the tests on the PATH. */
async function agent(): Promise<Record<string, string>> {
  const { env } = await engine(process.env, log, new AbortController().signal);
  const foreign = /^(npm_|DAGGER_|PIPELINE_|TRACEPARENT|OTEL_|SLACK_|KUBECONFIG$|INIT_CWD$|CI$|NO_COLOR$)/i;
  const own = Object.entries(process.env).filter(([name, value]) => value !== undefined && !foreign.test(name));
  const dagger = env['_EXPERIMENTAL_DAGGER_CLI_BIN'] ?? which.sync('dagger');
  const path = [dirname(dagger), dirname(process.execPath), process.env['PATH']].join(':');
  return { ...(Object.fromEntries(own) as Record<string, string>), ...env, PATH: path };
}

/** Keys and tokens of a kubeconfig, as they are there and decoded; parts of them, as lines may be broken. */
function keysOf(kubeconfig: string): string[] {
  const written = [...kubeconfig.matchAll(/(?:client-key-data|token): *"?([^\s"]{40,})/g)].map(
    ([, value]) => value ?? '',
  );
  if (written.length === 0) throw new Error('the kubeconfig holds no key and no token');
  const decoded = written.map((value) => Buffer.from(value, 'base64').toString('utf8').split('\n')[1] ?? '');
  return [...written.map((value) => value.slice(40, 100)), ...decoded].filter((value) => value.length >= 20);
}
