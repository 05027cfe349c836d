/** What every stage receives. There are no globals: what is not here, a stage does not know. */
import type { Client, Container } from '@dagger.io/dagger';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Config } from './config.ts';
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

/** Where a release is: its cluster, its namespace, its name. */
export interface Place {
  /** For this process. */
  kube: KubeConfig;
  namespace: string;
  release: string;
}

export interface Context {
  dag: Client;
  config: Config;
  images: Images;
  /** Makes one of `images` where that is done only when somebody asks for it; to be called before its first use. */
  ensureImage: (reference: string) => Promise<void>;
  log: Log;
  /** Of the secrets that the settings lead to. What of the run leaves the program goes through it. */
  mask: Mask;
  report: Report;
  registry: Registry;
  cluster: Cluster;
  place: Place;
  /** Aborted at the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Unique to the run: identical Dagger execs are cached, so each exec with a side effect carries it. */
  runId: string;
}

/** How the pipeline talks while it runs: everything goes to one stream (stderr), so that stdout stays data. */
export interface Log {
  info: (text: string) => void;
  warn: (text: string) => void;
  /**
   * Shows the name and the time elapsed while `work` runs, and how it ended. `progress` replaces the text behind the name.
   * @param summary asked for after a good end: what came of it, in a few words
   */
  step<T>(name: string, work: (progress: (text: string) => void) => Promise<T>, summary?: () => string): Promise<T>;
  /** Shows all that is running as failed of this, since nobody waits for it any longer. How its work ends is not shown. */
  abandon: (cause: string) => void;
}

export type ReleaseContext = Pick<
  Context,
  'dag' | 'config' | 'images' | 'cluster' | 'place' | 'log' | 'mask' | 'report' | 'signal' | 'runId'
>;

/** An image in the registry. */
export interface PublishedImage {
  /** Without tag, such as `ghcr.io/acme/shop`. */
  repository: string;
  tag: string;
  /** `sha256:…` */
  digest: string;
  /** `repository:tag@digest` */
  reference: string;
}

/** A request to a registry's API, below `/v2/`. Resolves whatever the status. */
export type RegistryRequest = (path: string, init?: RequestInit) => Promise<Response>;

/** The cluster that is deployed to, given or embedded. */
export interface Cluster {
  /** In words, for the report. */
  description: string;
  /** Whether it belongs to this run alone: then no other deployment can be under way. */
  exclusive: boolean;
  /** For this process. */
  kube: KubeConfig;
  /**
   * Lets a container reach the cluster: KUBECONFIG names a file that works in it. Asked for anew by whoever starts one, as
   * credentials may live for minutes only.
   * @throws PipelineError KUBECONFIG when they cannot be had any more
   */
  reach(): Promise<Step>;
}

/** Where images are pushed, given or embedded. */
export interface Registry {
  /** In words, for the report. */
  description: string;
  /** What comes before the image's name, such as `ghcr.io/acme`. */
  repositoryPrefix: string;
  /**
   * Pushes a container as `repository:tag`.
   * @param repository begins with `repositoryPrefix`
   * @returns the full reference with its digest, `repository:tag@sha256:…`
   */
  publish(ctr: Container, repository: string, tag: string): Promise<string>;
  /** Its API, asked from this program. */
  request: RegistryRequest;
}
