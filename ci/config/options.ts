import type { Config } from '../core/config.ts';
import { roles } from '../core/images.ts';
import { packed } from '../core/program.ts';

export type OptionName = keyof Config;

/** How one setting is described to people. The same setting is a flag, an environment variable and a key of pipeline.yaml. */
export interface Option {
  /** `list` may be given more than once. */
  kind: 'text' | 'list';
  group: 'Source' | 'Image' | 'Cluster' | 'Run';
  /** Stands for the value in the help. */
  value: string;
  describe: string;
  /**
   * What separates items of a list in an environment variable, besides line ends. Helm splits `--set` at commas itself
   * and knows how to escape them, so that one is cut at line ends only.
   */
  separator?: ',';
}

/** Every setting, in the order of the help. */
export const options: Record<OptionName, Option> = {
  source: {
    kind: 'text',
    group: 'Source',
    value: 'folder|url',
    describe: `The application: a folder or a git URL (default: ${packed() ? 'the current folder' : 'example/'})`,
  },
  ref: { kind: 'text', group: 'Source', value: 'ref', describe: 'Branch, tag or commit of a git URL' },
  name: {
    kind: 'text',
    group: 'Source',
    value: 'name',
    describe: "Name of the application (default: the repository's, else the folder's)",
  },
  testCommand: {
    kind: 'text',
    group: 'Source',
    value: 'command',
    describe: 'Runs the unit tests, instead of the way that was detected',
  },
  testTimeout: {
    kind: 'text',
    group: 'Source',
    value: 'time',
    describe: 'Longest time for the unit tests (default: 20m)',
  },
  dockerfile: {
    kind: 'text',
    group: 'Image',
    value: 'path',
    describe: 'Dockerfile inside the source, or `ours` (default: its own, else ours)',
  },
  settingsModule: {
    kind: 'text',
    group: 'Image',
    value: 'module',
    describe: 'Django settings to deploy, such as shop.settings.production (default: as manage.py or wsgi.py says)',
  },
  registry: {
    kind: 'text',
    group: 'Image',
    value: 'host/path',
    describe: 'Where the image goes, such as ghcr.io/acme (default: embedded)',
  },
  registryUsername: {
    kind: 'text',
    group: 'Image',
    value: 'user',
    describe: 'User of the registry, plain or as env://NAME or file://PATH',
  },
  registryPassword: {
    kind: 'text',
    group: 'Image',
    value: 'reference',
    describe: 'Password of the registry as env://NAME or file://PATH',
  },
  images: {
    kind: 'list',
    group: 'Image',
    value: 'role=image',
    describe: `Another image for one of ${roles.join(', ')}; repeatable`,
    separator: ',',
  },
  kubeconfig: {
    kind: 'text',
    group: 'Cluster',
    value: 'path',
    describe: 'The cluster to deploy to (default: an embedded one)',
  },
  context: { kind: 'text', group: 'Cluster', value: 'name', describe: 'Context of the kubeconfig' },
  namespace: { kind: 'text', group: 'Cluster', value: 'name', describe: 'Namespace (default: the name)' },
  release: { kind: 'text', group: 'Cluster', value: 'name', describe: 'Helm release (default: the name)' },
  chart: { kind: 'text', group: 'Cluster', value: 'folder', describe: 'Helm chart (default: helm-chart/)' },
  values: {
    kind: 'list',
    group: 'Cluster',
    value: 'file',
    describe: 'Helm values file; repeatable',
    separator: ',',
  },
  set: { kind: 'list', group: 'Cluster', value: 'key=value', describe: 'One Helm value; repeatable' },
  deployTimeout: {
    kind: 'text',
    group: 'Cluster',
    value: 'time',
    describe: 'Longest time for a deployment: 90, 90s, 5m, 1h (default: 5m)',
  },
  lockTimeout: {
    kind: 'text',
    group: 'Cluster',
    value: 'time',
    describe: 'Longest time to wait for another run that holds the release (default: 10m)',
  },
  rehearsal: {
    kind: 'text',
    group: 'Cluster',
    value: 'require|try|off',
    describe: 'Start the release beside the live one first: insist, where it can be done, or not (default: try)',
  },
  retry: {
    kind: 'text',
    group: 'Cluster',
    value: 'reason',
    describe: 'Deploy once more what has failed before, or is live already; and why',
  },
  to: { kind: 'text', group: 'Cluster', value: 'number', describe: 'With rollback: what to go back to, as in history' },
  lint: {
    kind: 'text',
    group: 'Run',
    value: 'strict|report',
    describe: 'Errors in chart, values, Dockerfile: stop, or go on (default: strict)',
  },
  trigger: {
    kind: 'text',
    group: 'Run',
    value: 'push|poll|cron|person',
    describe: 'What started the run; cron only looks after what is live (default: what the build server says)',
  },
  reports: { kind: 'text', group: 'Run', value: 'folder', describe: 'Where the reports go (default: reports)' },
  buildNumber: {
    kind: 'text',
    group: 'Run',
    value: 'number',
    describe: 'Number of the build (default: BUILD_NUMBER, GITHUB_RUN_NUMBER or local)',
  },
  slackWebhook: {
    kind: 'text',
    group: 'Run',
    value: 'reference',
    describe: 'Slack webhook as env://NAME or file://PATH (default: SLACK_WEBHOOK_URL if set)',
  },
};

/** The names of all settings, as they are written in pipeline.yaml. */
export const optionNames = Object.keys(options) as OptionName[];

/** deployTimeout → deploy-timeout */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** deployTimeout → PIPELINE_DEPLOY_TIMEOUT */
export function variable(name: string): string {
  return `PIPELINE_${kebab(name).replaceAll('-', '_').toUpperCase()}`;
}
