/** What every stage receives. There are no globals: what is not here, a stage does not know. */
import type { Client, Container } from '@dagger.io/dagger';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { Report } from './report/report.ts';
import type { Cluster } from './targets/cluster.ts';
import type { Registry } from './targets/registry.ts';

/** A pure, lazy change to a container; joined with `.with()`. An absent option is the identity. */
export type Step = (ctr: Container) => Container;

/** Image references by role. Config may override each; the toolchain supplies its own where none can be pulled. */
export interface Images {
  /** Debian based Python image; the application is built from it. `{version}` stands for the Python version, `{3.13,3.11}` for one of these. */
  python: string;
  /** An image with `helm` and `kubectl`. */
  tools: string;
  /** An image with `/kubeconform`. */
  kubeconform: string;
  /** An image with `helm` and its plugin `unittest`. */
  unittest: string;
  /** PostgreSQL's programs and a user `postgres`, for tests that need a server. */
  postgres: string;
  /** MariaDB's programs, likewise. */
  mariadb: string;
  /** Redis and a user `redis`, likewise. */
  redis: string;
  /** A registry that serves on port 5000. */
  registry: string;
  /** A Kubernetes node with k3s's conventions. */
  kubernetes: string;
}

export interface Context {
  dag: Client;
  config: Config;
  images: Images;
  /** Makes one of `images` where that is done only when somebody asks for it; to be called before its first use. */
  provide: (reference: string) => Promise<void>;
  log: Log;
  report: Report;
  registry: Registry;
  cluster: Cluster;
  /** Aborted at the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Unique to the run: identical Dagger execs are cached, so each exec with a side effect carries it. */
  runId: string;
}
