import type { ErrorCode } from '../../core/errors.ts';
import { reason } from '../../helm/helm.ts';
import { missingRight } from '../../kube/missingRight.ts';
import type { Surroundings } from './failFast.ts';

/** Why Helm failed where that says nothing about the release. */
export interface Outside {
  code: Extract<ErrorCode, 'CLUSTER' | 'NOT_TRIED' | 'FORBIDDEN'>;
  why: string;
}

/**
 * What Go's network and Kubernetes' client say of an API server that goes, is gone, or is too busy; in Helm's own error, which quotes them.
 * A hook that failed is called by its Job or pod, and has other words.
 */
const cut = [
  /connection (refused|reset)/,
  /\bi\/o timeout\b/,
  /TLS handshake timeout/,
  /\bunexpected EOF\b|": EOF\b/,
  /no route to host|network is unreachable|broken pipe/,
  /http2: (client|server) connection|http2: .*GOAWAY/,
  /(server is|server) currently unable to handle the request|apiserver not ready|ServiceUnavailable/,
  /etcdserver: /,
  /client rate limiter Wait/,
  /too many requests|request did not complete within|the server was unable to return a response/i,
];

/** What Helm says when the time is up. Whose fault that was depends on what was seen beside it. */
const late = /timed out waiting|context deadline exceeded|deadline exceeded/;

/**
 * Finds the cause of a Helm command that failed outside of the release: the API server was away, a right is missing, or its hooks and
 * tests could not be run. With another release it would have been the same, so that this one may be tried again.
 * @param lines what Helm has printed
 * @param seen what was seen of hooks, tests and the API server meanwhile
 * @returns null when the failure speaks against the release
 */
export function noFaultOfRelease(lines: readonly string[], seen: Surroundings): Outside | null {
  const words = reason(lines);
  const error = lines.findLastIndex((line) => line.startsWith('Error: '));
  const missing = missingRight(lines.slice(Math.max(0, error)).join('\n'));
  if (missing) return { code: 'FORBIDDEN', why: missing };
  if (cut.some((each) => each.test(words))) return { code: 'CLUSTER', why: words };
  if (seen.pods.length > 0) return { code: 'NOT_TRIED', why: seen.pods.join('; ') };
  if (seen.silent && late.test(words))
    return { code: 'CLUSTER', why: `${words}; the API server did not answer for a while` };
  return null;
}
