import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { PipelineError } from '../core/errors.ts';

/**
 * A kubeconfig with everything in it: files are read, and plugins such as `aws eks get-token` are asked here, where they
 * are installed; in a container they are not.
 * @param kube with the wanted context chosen
 * @param server what the file is to name as the server, when it is reached by another address than the user's
 * @returns the text of the file (JSON, a part of YAML)
 * @throws PipelineError KUBECONFIG when the credentials cannot be had
 */
export async function staticKubeconfig(kube: KubeConfig, server?: string): Promise<string> {
  const cluster = kube.getCurrentCluster();
  if (!cluster) throw new PipelineError('KUBECONFIG', `the context ${kube.getCurrentContext()} names no cluster`);
  const options: RequestOptions = {};
  try {
    await kube.applyToHTTPSOptions(options);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PipelineError('KUBECONFIG', 'the credentials of the kubeconfig cannot be had', { details: [why], cause });
  }
  const bearer = /^Bearer (.+)$/.exec(header(options, 'Authorization'))?.[1];
  // A colon may also be a part of the password.
  const [, username, password] = /^([^:]*):(.*)$/s.exec(options.auth ?? '') ?? [];
  const host = new URL(cluster.server).hostname.replace(/^\[|\]$/g, '');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'default',
    contexts: [{ name: 'default', context: { cluster: 'default', user: 'default' } }],
    clusters: [
      {
        name: 'default',
        cluster: {
          server: server ?? cluster.server,
          ...(cluster.skipTLSVerify
            ? { 'insecure-skip-tls-verify': true }
            : { 'certificate-authority-data': base64(options.ca) }),
          ...((server || cluster.tlsServerName) && { 'tls-server-name': cluster.tlsServerName ?? host }),
          ...(cluster.proxyUrl && { 'proxy-url': cluster.proxyUrl }),
        },
      },
    ],
    users: [
      {
        name: 'default',
        user: {
          'client-certificate-data': base64(options.cert),
          'client-key-data': base64(options.key),
          token: bearer,
          username,
          password,
          as: header(options, 'Impersonate-User') || undefined,
        },
      },
    ],
  });
}

function header(options: RequestOptions, name: string): string {
  const headers = (options.headers ?? {}) as Record<string, unknown>;
  const value = headers[name] ?? headers[name.toLowerCase()];
  return typeof value === 'string' ? value : '';
}

function base64(pem: RequestOptions['ca'] | RequestOptions['key']): string | undefined {
  if (typeof pem === 'string' || Buffer.isBuffer(pem)) return Buffer.from(pem).toString('base64');
  return undefined;
}
