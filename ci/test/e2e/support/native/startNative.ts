import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { startNode } from '../../../../targets/embedded/embedded.ts';
import { freshCluster } from '../../../../targets/embedded/freshCluster.ts';
import { type Daemon, runningDaemon, startDaemon, stopDaemon } from '../../../../toolchain/daemons/daemon.ts';
import { freePort } from '../../../../toolchain/daemons/mirror.ts';
import type { Parts } from '../../../../toolchain/parts/part.ts';
import { registryConfig } from '../../../../toolchain/parts/registryConfig.ts';
import type { Paths } from '../../../../toolchain/paths.ts';
import { endGroup } from './endGroup.ts';
import { nodeRoot } from './nodeRoot.ts';

/** The name of the node's control group, and of its network interface on the host. */
export const nodeName = 'pipeline-node';
const hostAddress = '10.86.0.1';
const nodeAddress = '10.86.0.2';
const startTimeout = 120_000;

/** Where things are kept. All of `data` belongs to one life of the cluster; `users` names the processes that have a part in it. */
export function folders({ root, logs }: Paths) {
  const native = join(root, 'native');
  return {
    native,
    data: join(native, 'data'),
    users: join(native, 'users'),
    kubeconfig: join(native, 'data/kubeconfig'),
    registryName: join(native, 'data/registry'),
    nodeRecord: join(native, 'node.json'),
    nodeLog: join(logs, 'native-node.log'),
    registryRecord: join(native, 'registry.json'),
    registryLog: join(logs, 'native-registry.log'),
  };
}
export type Folders = ReturnType<typeof folders>;

/**
 * Starts a cluster and a registry with nothing in them, and waits until they answer. What there was before is removed.
 */
export async function startNative(where: Folders, all: Parts, signal: AbortSignal): Promise<void> {
  await endNative(where);
  mkdirSync(join(where.data, 'config'), { recursive: true, mode: 0o700 });
  const root = await nodeRoot(join(where.native, 'parts'), all, where.nodeLog, signal);
  const startedAt = Date.now();
  const name = await startRegistry(where, all);
  startDaemon(nodeDaemon(where, root.path, join(all.toolBinaries.path, 'registry')));
  const kube = await kubeconfigOf(where, signal);
  await freshCluster(kube, startedAt, () => {}, signal);
  writeFileSync(where.registryName, name);
}

/** Starts the registry that the pipeline pushes to. The node has another one, which reads the same folder. */
async function startRegistry(where: Folders, { toolBinaries }: Parts): Promise<string> {
  const images = join(where.data, 'images');
  const config = join(where.data, 'registry.yml');
  const address = `127.0.0.1:${await freePort(47_310)}`;
  const name = address.replace('127.0.0.1', 'localhost');
  mkdirSync(images);
  writeFileSync(config, registryConfig(images, address));
  writeFileSync(join(where.data, 'config/registry.yml'), registryConfig('/var/lib/registry', address));
  const mirrors = { [name]: { endpoint: [`http://${address}`] } };
  writeFileSync(join(where.data, 'config/registries.yaml'), JSON.stringify({ mirrors }));
  const daemon: Daemon = {
    name: 'native registry',
    argv: [join(toolBinaries.path, 'registry'), 'serve', config],
    env: { OTEL_TRACES_EXPORTER: 'none' },
    logFile: where.registryLog,
    recordFile: where.registryRecord,
    version: toolBinaries.key,
  };
  startDaemon(daemon);
  await eventually(daemon, async () => (await fetch(`http://${address}/v2/`)).ok);
  return name;
}

// The shell opens the host's network for the script, which is born into another.
function nodeDaemon(where: Folders, root: string, registry: string): Daemon {
  const inNamespaces = [
    ...['unshare', '--mount', '--propagation', 'private', '--pid', '--net', '--uts', '--ipc', '--fork', '--kill-child'],
    ...['sh', join(import.meta.dirname, 'in-cgroup'), nodeName],
    ...['sh', join(import.meta.dirname, 'run-node'), root, where.data, registry, nodeName],
    ...['sh', '-c', startNode],
  ];
  rmSync(where.nodeLog, { force: true });
  return {
    name: 'native node',
    argv: ['sh', '-c', 'exec 9< /proc/self/ns/net; exec "$@"', 'sh', ...inNamespaces],
    env: {
      HOME: '/root', // kubectl keeps a cache below it
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOST_ADDRESS: hostAddress,
      NODE_ADDRESS: nodeAddress,
      OTEL_TRACES_EXPORTER: 'none',
    },
    logFile: where.nodeLog,
    recordFile: where.nodeRecord,
    version: root,
  };
}

/** The node's kubeconfig, written when the node is up, with the address by which the host and its containers reach it. */
async function kubeconfigOf(where: Folders, signal: AbortSignal): Promise<KubeConfig> {
  const written = join(where.data, 'config/k3s.yaml');
  await eventually({ recordFile: where.nodeRecord, logFile: where.nodeLog }, async () => existsSync(written), signal);
  const text = readFileSync(written, 'utf8').replace('https://127.0.0.1:6443', `https://${nodeAddress}:6443`);
  writeFileSync(where.kubeconfig, text, { mode: 0o600 });
  const kube = new KubeConfig();
  kube.loadFromString(text);
  return kube;
}

async function eventually(
  { recordFile, logFile }: Pick<Daemon, 'recordFile' | 'logFile'>,
  check: () => Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  for (const end = Date.now() + startTimeout; !(await check().catch(() => false)); await sleep(100)) {
    signal?.throwIfAborted();
    if (runningDaemon(recordFile) && Date.now() < end) continue;
    const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15) : [];
    throw new Error([`not up; log: ${logFile}`, ...lines].join('\n'));
  }
}

/**
 * SIGKILL, because nothing of the node's data is kept. When `unshare` dies, so does the first process of the node, and
 * with it all others, its mounts and its network.
 */
export async function endNative(where: Folders): Promise<void> {
  const node = runningDaemon(where.nodeRecord);
  if (node) process.kill(node.pid, 'SIGKILL');
  await endGroup(nodeName);
  rmSync(where.nodeRecord, { force: true });
  if (!(await stopDaemon(where.registryRecord, 10_000))) throw new Error('the native registry does not stop');
  // The kernel takes networks down one after the other, and an engine may have a hundred of them.
  for (const last = Date.now() + 30_000; existsSync(`/sys/class/net/${nodeName}`); await sleep(50)) {
    if (Date.now() > last) throw new Error(`the network interface ${nodeName} is still there`);
  }
  rmSync(where.data, { recursive: true, force: true });
}
