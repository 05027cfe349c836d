import type { V1Container } from '../kube/plain.ts';

/** A page that is asked for. */
export interface Visit {
  /** `health` must answer as a kubelet wants it, `page` as visitors do. */
  name: 'health' | 'page';
  path: string;
  headers: Record<string, string>;
}

/** What is asked of a container that serves. */
export interface Pages {
  /** Null where the container names none. */
  port: number | null;
  scheme: string;
  /** How long the application may take to start. */
  seconds: number;
  visits: Visit[];
}

/** Of an application without a startup probe. */
const usualStart = 120;
/** The container's own probe ends it at its limit: what is asked has to tell before that. */
const ahead = 3;

/** What to ask of a container: the page of its probes, with their headers, and the first page of the site. */
export function pagesOf(container: V1Container): Pages {
  const { readinessProbe, startupProbe, livenessProbe, ports = [] } = container;
  const probes = [readinessProbe, startupProbe, livenessProbe].filter((probe) => probe !== undefined);
  const asks = probes.find(({ httpGet }) => httpGet)?.httpGet;
  const open = asks?.port ?? probes.find(({ tcpSocket }) => tcpSocket)?.tcpSocket?.port ?? ports[0]?.containerPort;
  const port = typeof open === 'string' ? ports.find(({ name }) => name === open)?.containerPort : open;
  const headers = Object.fromEntries((asks?.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const health: Visit[] = asks ? [{ name: 'health', path: asks.path ?? '/', headers }] : [];
  return {
    port: typeof port === 'number' ? port : null,
    scheme: asks?.scheme ?? 'HTTP',
    seconds: startupSeconds(startupProbe),
    visits: [...health, { name: 'page', path: '/', headers }],
  };
}

function startupSeconds(probe: NonNullable<V1Container['readinessProbe']> | undefined): number {
  if (!probe) return usualStart;
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return Math.max(ahead, initialDelaySeconds + periodSeconds * failureThreshold - ahead);
}
