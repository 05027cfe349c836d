/** What every stage receives. There are no globals: what is not here, a stage does not know. */
import type { Client, Container } from '@dagger.io/dagger';
import type { Config } from './config.ts';
import type { Images } from './core/images.ts';
import type { Log } from './log.ts';
import type { Report } from './report/report.ts';
import type { Cluster } from './targets/cluster.ts';
import type { Registry } from './targets/registry.ts';

/** A pure, lazy change to a container; joined with `.with()`. An absent option is the identity. */
export type Step = (ctr: Container) => Container;

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
