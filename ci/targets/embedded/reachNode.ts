import { type Client, ReturnType, type Service } from '@dagger.io/dagger';
import { type KubeConfig, VersionApi } from '@kubernetes/client-node';
import { within } from '../../core/waiting.ts';

/** Milliseconds for a first answer by the node's own address. */
const timeout = 2_000;

/**
 * Points the kubeconfig at the node as this program reaches it: by its own address where the engine runs on this machine, else through a
 * tunnel of the session. A tunnel carries all connections in one stream, and one that is read slowly holds up the others, for
 * good at times; so it is the second choice. Either way the node shows its certificate.
 * @param image with a shell's tools; asks for the address
 * @param tunnel opens the tunnel and returns its address, such as `127.0.0.1:40123`
 */
export async function reachNode(
  dag: Client,
  kube: KubeConfig,
  node: Service,
  { image, runId, tunnel }: { image: string; runId: string; tunnel: () => Promise<string> },
): Promise<void> {
  const asked = dag
    .container()
    .from(image)
    .withServiceBinding('kubernetes', node)
    .withEnvVariable('RUN', runId)
    .withExec(['getent', 'ahostsv4', 'kubernetes'], { expect: ReturnType.Any });
  const [, address] = /^(\d+\.\d+\.\d+\.\d+)\s/.exec(await asked.stdout()) ?? [];
  if (address && (await answers(kube, `https://${address}:6443`))) return;
  pointAt(kube, `https://${await tunnel()}`);
}

async function answers(kube: KubeConfig, server: string): Promise<boolean> {
  pointAt(kube, server);
  try {
    await within(timeout, kube.makeApiClient(VersionApi).getCode());
    return true;
  } catch {
    return false;
  }
}

function pointAt(kube: KubeConfig, server: string): void {
  kube.clusters = kube.clusters.map((cluster) => ({ ...cluster, server }));
}
