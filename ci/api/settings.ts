/** `env://NAME` or `file://PATH`: a secret itself is refused. */
export type Reference = `env://${string}` | `file://${string}`;

/** Seconds, or a text such as `90s`, `5m` or `1h30m`. */
export type Time = number | string;

/**
 * What a delivery is to do: the keys of pipeline.yaml, each as the flag of the same name. One that is undefined counts as
 * absent. Stands apart from Config, so that its types lead to no other package's.
 */
export interface Settings {
  /** A folder, or a git URL. Absent: the working directory. */
  source?: string | undefined;
  /** Branch, tag or commit of a git URL. */
  ref?: string | undefined;
  /** The application, and by default its release and namespace. */
  name?: string | undefined;
  testCommand?: string | undefined;
  testTimeout?: Time | undefined;
  /** Path inside the source. */
  dockerfile?: string | undefined;
  /** The Django settings to deploy, such as `shop.settings.production`. Absent: as manage.py or wsgi.py says. */
  settingsModule?: string | undefined;
  /** Such as `ghcr.io/acme`. Absent: an embedded one. */
  registry?: string | undefined;
  /** Plain, or a reference. */
  registryUsername?: string | undefined;
  registryPassword?: Reference | undefined;
  /** Other images by role, such as `{ python: 'mirror.example.org/python:3.13-slim' }`. */
  images?: Readonly<Record<string, string>> | undefined;
  /** The cluster. Absent: an embedded one; KUBECONFIG is never used by surprise. */
  kubeconfig?: string | undefined;
  context?: string | undefined;
  namespace?: string | undefined;
  release?: string | undefined;
  /** A folder with a Chart.yaml. */
  chart?: string | undefined;
  /** Values files; the last one wins. */
  values?: string | readonly string[] | undefined;
  /** `key=value`, as Helm's --set. */
  set?: string | readonly string[] | undefined;
  deployTimeout?: Time | undefined;
  lockTimeout?: Time | undefined;
  /** Why what has failed before, or is live already, is deployed once more. */
  retry?: string | undefined;
  /** `require`: what cannot be rehearsed is not deployed; `try`: it is, with a note. */
  rehearsal?: 'require' | 'try' | 'off' | undefined;
  lint?: 'strict' | 'report' | undefined;
  /** Folder of the reports. */
  reports?: string | undefined;
  buildNumber?: number | string | undefined;
  /** What started the run; `cron` looks after what is live instead. Absent: found in the environment. */
  trigger?: 'push' | 'poll' | 'cron' | 'person' | undefined;
  slackWebhook?: Reference | undefined;
}

/** How a delivery goes about it. Stands apart from the settings, which say what it does. */
export interface Options {
  /** Instead of this process's variables: the delivery sees no others, so PATH and HOME belong in it. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Aborted: the delivery stops as at Ctrl-C, and the report says 130 (143 when the reason is 'SIGTERM'). */
  signal?: AbortSignal | undefined;
  /** Gets what the command line would print, such as process.stderr. Absent: nothing is printed. */
  log?: Output | undefined;
}

/** Any writable stream will do. */
export interface Output {
  write(text: string): unknown;
}
