import type { Client, Service } from '@dagger.io/dagger';
import { KubeConfig } from '@kubernetes/client-node';
import type { Cluster, Log, Registry } from '../../core/context.ts';
import type { Images } from '../../core/images.ts';
import { rootCause } from '../../dagger/errors.ts';
import { reuseConnections } from '../../kube/connections.ts';
import type { HostRegistry } from '../given/registry.ts';
import { staticKubeconfig, withKubeconfig } from '../kubeconfig.ts';
import { registryRequest } from '../registryRequest.ts';
import { freshCluster } from './freshCluster.ts';
import { reachNode } from './reachNode.ts';
import { prepareVolumes, type Volumes, volumes } from './state.ts';

const registryName = 'localhost:5000';

/** Both run as Dagger services: the same session pushes to the one and deploys to the other. */
export interface Embedded {
  registry: Registry;
  cluster: Cluster;
}

/**
 * Makes the node container ready for a kubelet inside it, then becomes k3s. With cgroup v2, a group that holds processes
 * cannot pass its controllers on; with v1, the engine denies this container devices by default, which a nested container
 * runtime cannot undo for its own children.
 */
export const startNode = `
cd /sys/fs/cgroup
if [ -f cgroup.controllers ]; then
  mkdir -p init
  while read -r process; do echo "$process" > init/cgroup.procs 2>/dev/null || true; done < cgroup.procs
  sed 's/ / +/g; s/^/+/' cgroup.controllers > cgroup.subtree_control || true
else
  echo a > devices/devices.allow 2>/dev/null || true
fi
exec k3s server --node-name node --tls-san kubernetes --disable traefik,servicelb,metrics-server \\
  --egress-selector-mode disabled --kubelet-arg fail-cgroupv1=false
`;

/**
 * Starts the embedded registry and cluster with the state of the last run, and waits until they can be used.
 * @param hostRegistry a registry on the loopback interface that the cluster is to reach
 */
export async function embedded(
  dag: Client,
  images: Images,
  log: Log,
  runId: string,
  signal: AbortSignal,
  hostRegistry?: HostRegistry,
): Promise<Embedded> {
  const start = async (progress: (text: string) => void): Promise<Embedded> => {
    const mirrors = {
      [registryName]: { endpoint: ['http://registry:5000'] },
      ...(hostRegistry && { [hostRegistry.name]: { endpoint: [`http://host-registry:${hostRegistry.port}`] } }),
    };
    const { state, startedAt } = await prepareVolumes(dag, images.tools, { mirrors }, log, runId);
    if (state === 'new') progress('new, with nothing in it yet');
    if (state === 'lost')
      log.warn('The engine has dropped a part of the embedded cluster: started afresh, without its releases.');
    // In the order in which everybody takes the volumes: two runs that took them in different ones would wait for each other.
    const node = await startNodeService(dag, images, volumes(dag), runId, hostRegistry?.service);
    progress('node has started');
    const service = await startRegistry(dag, images, volumes(dag));
    progress('registry is up');
    const registryEndpoint = await endpoint(dag, service, 5000);
    const kube = await kubeconfigOf(dag, images, node, runId);
    const text = await staticKubeconfig(kube, 'https://kubernetes:6443');
    await reachNode(dag, kube, node, { image: images.tools, runId, tunnel: () => endpoint(dag, node, 6443) });
    await freshCluster(kube, startedAt, progress, signal);
    return {
      registry: {
        description: 'the embedded registry',
        repositoryPrefix: registryName,
        publish: (ctr, repository, tag) => ctr.publish(`${repository}:${tag}`, { registryService: service }),
        request: registryRequest(`http://${registryEndpoint}`),
      },
      cluster: {
        description: 'the embedded cluster',
        exclusive: true,
        kube,
        reach: async () => (ctr) => ctr.withServiceBinding('kubernetes', node).with(withKubeconfig(dag, text)),
      },
    };
  };
  return log.step('embedded registry and cluster', (progress) =>
    start(progress).catch(async (error) => {
      throw await rootCause(error, signal);
    }),
  );
}

/** Where a service is reached from this program, such as `127.0.0.1:40123`. */
async function endpoint(dag: Client, service: Service, backend: number): Promise<string> {
  const tunnel = await dag
    .host()
    .tunnel(service, { ports: [{ frontend: 0, backend }] })
    .start();
  return tunnel.endpoint();
}

function startRegistry(dag: Client, images: Images, { registry }: Volumes): Promise<Service> {
  return dag
    .container()
    .from(images.registry)
    .withMountedCache('/var/lib/registry', registry)
    .withEnvVariable('OTEL_TRACES_EXPORTER', 'none')
    .withExposedPort(5000)
    .asService({ useEntrypoint: true })
    .withHostname('registry')
    .start();
}

function startNodeService(
  dag: Client,
  images: Images,
  { cluster, kubeconfig }: Volumes,
  runId: string,
  hostRegistry: Service | undefined,
): Promise<Service> {
  const node = dag
    .container()
    .from(images.kubernetes)
    // A service is known by what it is made of: without this, a second start in one session would find the first one.
    .withEnvVariable('RUN', runId)
    .withMountedCache('/etc/rancher/k3s', kubeconfig)
    .withMountedCache('/var/lib/rancher', cluster)
    .withMountedTemp('/var/lib/kubelet')
    .withMountedTemp('/run')
    .withExposedPort(6443);
  return (hostRegistry ? node.withServiceBinding('host-registry', hostRegistry) : node)
    .asService({ args: ['sh', '-c', startNode], insecureRootCapabilities: true })
    .withHostname('kubernetes')
    .start();
}

// The node writes its kubeconfig when it is up; bound to the node, this fails with its last words when it dies before.
async function kubeconfigOf(dag: Client, images: Images, node: Service, runId: string): Promise<KubeConfig> {
  // Copied, and read as a file: what a command prints is in the engine's log, and this is the administrator's key.
  const text = await dag
    .container()
    .from(images.tools)
    .withServiceBinding('kubernetes', node)
    .withMountedCache('/kubeconfig', volumes(dag).kubeconfig)
    .withEnvVariable('RUN', runId)
    .withExec([
      'sh',
      '-c',
      'for i in $(seq 600); do [ -s /kubeconfig/k3s.yaml ] && exec cp /kubeconfig/k3s.yaml /kubeconfig.yaml; sleep 0.2; done; exit 1',
    ])
    .file('/kubeconfig.yaml')
    .contents();
  const kube = new KubeConfig();
  kube.loadFromString(text);
  return reuseConnections(kube);
}
