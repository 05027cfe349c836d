/** What every stage receives. There are no globals: what is not here, a stage does not know. */
import type { Client, Container } from '@dagger.io/dagger';
import type { Config } from '../config/readConfig.ts';
import type { Log } from '../log/log.ts';
import type { Cluster } from '../targets/cluster.ts';
import type { Registry } from '../targets/registry.ts';
import type { Images } from './images.ts';
import type { Report } from './report.ts';

/** A pure, lazy change to a container; joined with `.with()`. An absent option is the identity. */
export type Step = (ctr: Container) => Container;

/** Takes secrets out of a text before it is shown or kept. */
export interface Mask {
  (text: string): string;
  /** The same for more secrets. One mask for all: of two, the first might take out the beginning of what the second looks for. */
  with(more: Iterable<string>): Mask;
}

export interface Context {
  dag: Client;
  config: Config;
  images: Images;
  /** Makes one of `images` where that is done only when somebody asks for it; to be called before its first use. */
  provide: (reference: string) => Promise<void>;
  log: Log;
  /** Of the secrets that the settings lead to. What of the run leaves the program goes through it. */
  mask: Mask;
  report: Report;
  registry: Registry;
  cluster: Cluster;
  /** Aborted at the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Unique to the run: identical Dagger execs are cached, so each exec with a side effect carries it. */
  runId: string;
}
