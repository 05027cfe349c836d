import { createServer, type Server, type Socket } from 'node:net';
import { CoreV1Api, PortForward, type V1Pod } from '@kubernetes/client-node';
import type { Context, Place } from '../core/context.ts';
import { isReady } from '../kube/pods.ts';

/**
 * Makes the app answer on this machine until the run is interrupted, through the API server: it works with every cluster.
 * @param stdout gets the URL, alone on a line
 */
export async function portForward(
  { place, log, signal }: Pick<Context, 'place' | 'log' | 'signal'>,
  stdout: NodeJS.WritableStream,
): Promise<void> {
  const find = () => target(place);
  await find();
  const forward = new PortForward(place.kube);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
    // Looked for each time: a pod may have been replaced since.
    find()
      .then(({ pod, port }) => forward.portForward(place.namespace, pod, [port], socket, null, socket))
      .then((connection) => closeWith(socket, connection))
      .catch((error) => {
        log.warn(`the app cannot be reached: ${error instanceof Error ? error.message : error}`);
        socket.destroy();
      });
  });
  const local = await listen(server);
  stdout.write(`http://localhost:${local}/\n`);
  log.info('The app answers there until you press Ctrl-C; the cluster keeps its state.');
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  for (const socket of open) socket.destroy();
  server.close();
}

/**
 * Ends the connection to the cluster with the browser's. By itself it only ends when the browser says so, not when the
 * socket breaks; and what is still open when its pod goes takes the engine's whole tunnel to the cluster with it.
 */
function closeWith(socket: Socket, connection: Awaited<ReturnType<PortForward['portForward']>>): void {
  const close = () => (typeof connection === 'function' ? connection() : connection)?.close();
  if (socket.destroyed) close();
  else socket.on('close', close);
}

/** A pod behind the release's service, and the port at which its container listens. */
async function target({ kube, namespace, release }: Place): Promise<{ pod: string; port: number }> {
  const core = kube.makeApiClient(CoreV1Api);
  const labelSelector = `app.kubernetes.io/instance=${release}`;
  const [service] = (await core.listNamespacedService({ namespace, labelSelector })).items;
  const selector = Object.entries(service?.spec?.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const [port] = service?.spec?.ports ?? [];
  if (!selector || !port) throw new Error(`release ${release} has no service with pods behind it`);
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: selector });
  const ready = items.find(isReady);
  if (!ready?.metadata?.name) throw new Error(`no pod of release ${release} is ready`);
  return { pod: ready.metadata.name, port: containerPort(ready, port.targetPort ?? port.port) };
}

/** A service may name the container's port instead of giving its number. */
export function containerPort(pod: V1Pod, target: number | string): number {
  if (typeof target === 'number') return target;
  const ports = pod.spec?.containers.flatMap(({ ports: each }) => each ?? []) ?? [];
  const found = ports.find(({ name }) => name === target)?.containerPort;
  if (found === undefined) throw new Error(`no container has a port named ${target}`);
  return found;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
