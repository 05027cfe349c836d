import type { Client, Service } from '@dagger.io/dagger';
import type { Config } from '../../core/config.ts';
import type { Registry } from '../../core/context.ts';
import { resolveSecret, secretReference } from '../../core/secrets.ts';
import { registryRequest } from '../registryRequest.ts';
import { isLoopback, loopbackHost } from './loopback.ts';

/** A registry on this machine's loopback interface that the embedded cluster is to pull from, too: its address. */
export interface HostRegistry {
  /** Such as `localhost:5001`. */
  name: string;
  port: number;
  service: Service;
}

/**
 * The registry that the user named. One on this machine's loopback interface is reached through the session, so that an
 * engine in a container or on another machine finds it, too.
 * @param prefix such as `ghcr.io/acme` or `localhost:5000`
 */
export function givenRegistry(
  dag: Client,
  prefix: string,
  config: Pick<Config, 'registryUsername' | 'registryPassword'>,
): Registry & { hostRegistry?: HostRegistry } {
  const [host = ''] = prefix.split('/');
  const [name = '', port] = host.split(':');
  const local = isLoopback(name);
  const number = Number(port ?? (local ? 80 : 443));
  const ports = [{ frontend: number, backend: number }];
  const service = local ? dag.host().service(ports, { host: loopbackHost(name) }) : undefined;
  const user = config.registryUsername;
  const username = user && secretReference(user) ? resolveSecret(user) : user;
  const password = config.registryPassword && resolveSecret(config.registryPassword);
  const secret = password && dag.setSecret(`registry-password-${host}`, password);
  return {
    description: prefix,
    repositoryPrefix: prefix,
    publish: (ctr, repository, tag) => {
      const ready = username && secret ? ctr.withRegistryAuth(host, username, secret) : ctr;
      return ready.publish(`${repository}:${tag}`, service ? { registryService: service } : {});
    },
    request: registryRequest(registryApi(host), username && password ? { username, password } : undefined),
    ...(service && { hostRegistry: { name: host, port: number, service } }),
  };
}

/** Where a registry answers. Docker Hub's images bear another name than its registry. */
export function registryApi(host: string): string {
  return isLoopback(host.split(':')[0] ?? '')
    ? `http://${host}`
    : `https://${host === 'docker.io' ? 'registry-1.docker.io' : host}`;
}
