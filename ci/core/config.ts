import type { Images } from './images.ts';

/** Those that are a run, with settings, and with a report of their own. */
export type SessionCommand = Exclude<Command, 'explain'>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The words that may stand first on the command line. */
export const commands = ['run', 'up', 'health', 'lint', 'history', 'rollback', 'explain'] as const;

export type Command = (typeof commands)[number];

/** What a run is to do and where. Paths are absolute. */
export interface Config {
  /** A folder or a git URL. The URL may hold credentials: print it through `redact`. */
  source: string;
  /** Branch, tag or commit; only with a git URL. */
  ref?: string;
  /** The application, and by default its release and namespace. */
  name: string;
  /** Path inside the source. */
  dockerfile?: string;
  /** The Django settings that are deployed, as a dotted name; of no meaning where the source's own Dockerfile is used. */
  settingsModule?: string;
  /** Run with `sh -c` instead of the detected one. */
  testCommand?: string;
  /** The image is `<registry>/<name>`. Absent: the embedded registry. */
  registry?: string;
  /** Plain, or a reference. */
  registryUsername?: string;
  /** A reference: `env://NAME` or `file:///absolute/path`. */
  registryPassword?: string;
  /** Absent: the embedded cluster. KUBECONFIG of the environment is never used by surprise. */
  kubeconfig?: string;
  context?: string;
  namespace: string;
  release: string;
  /** A folder with a Chart.yaml. */
  chart: string;
  /** Values files, in Helm's order: the last one wins. */
  values: string[];
  /** `key=value`, as Helm's --set. */
  set: string[];
  /** Seconds. */
  deployTimeout: number;
  /** Seconds to wait for another run that holds the release. */
  lockTimeout: number;
  /** Why a release that has failed before is tried once more. */
  retry?: string;
  /** The number in the ledger to roll back to. */
  to?: number;
  /** Seconds, for the unit tests. */
  testTimeout: number;
  /** Images to use instead of the usual ones. */
  images: Partial<Images>;
  /** Whether errors in chart, values and Dockerfile stop the run, or are only told. */
  lint: 'strict' | 'report';
  /** Whether a release that cannot be rehearsed is deployed: not, with a note, or without any rehearsal. */
  rehearsal: 'require' | 'try' | 'off';
  /** What started the run. */
  trigger: Trigger;
  /** Folder of the reports. */
  reports: string;
  /** BUILD_NUMBER, GITHUB_RUN_NUMBER or `local`. */
  buildNumber: string;
  /** A reference to the URL. */
  slackWebhook?: string;
}

/** What can start a run, the most demanding first. */
export const triggers = ['person', 'push', 'poll', 'cron'] as const;

/** What started a run. */
export interface Trigger {
  kind: (typeof triggers)[number];
  /** The person, as far as known. */
  by?: string;
  /** The job of the build server whose count the build number is; absent where somebody else counts, or nobody. */
  job?: string;
}
