import type { KubeConfig } from '@kubernetes/client-node';
import type { Step } from '../core/context.ts';

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
