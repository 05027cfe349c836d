import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import type { Client } from '@dagger.io/dagger';
import { KubeConfig } from '@kubernetes/client-node';
import type { Step } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { reuseConnections } from '../kube/connections.ts';

/** Hands a kubeconfig to a container as a secret file. The secret is named after its content: Dagger caches by name. */
export function withKubeconfig(dag: Client, text: string): Step {
  const name = `kubeconfig-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  return (ctr) =>
    ctr
      .withMountedSecret('/run/kubeconfig', dag.setSecret(name, text))
      .withEnvVariable('KUBECONFIG', '/run/kubeconfig');
}

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

/** Reads a kubeconfig and chooses its context. @throws PipelineError KUBECONFIG naming the contexts there are */
export function loadKubeconfig(path: string, context: string | undefined): KubeConfig {
  const kube = reuseConnections(new KubeConfig());
  try {
    kube.loadFromFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PipelineError('KUBECONFIG', `${path} is no kubeconfig`, { details: [why], cause });
  }
  const names = kube.getContexts().map(({ name }) => name);
  const wanted = context ?? kube.getCurrentContext();
  if (!wanted || !names.includes(wanted)) {
    const there = names.length > 0 ? `it has: ${names.join(', ')}` : 'it has none';
    throw new PipelineError('KUBECONFIG', `${path} has no context ${wanted || 'chosen; give --context'}`, {
      details: [there],
    });
  }
  kube.setCurrentContext(wanted);
  const server = kube.getCurrentCluster()?.server;
  if (!server || !URL.canParse(server)) {
    throw new PipelineError('KUBECONFIG', `the cluster of context ${wanted} in ${path} has no server address`);
  }
  return kube;
}
