import type { Client } from '@dagger.io/dagger';
import type { Images } from '../../../core/images.ts';
import type { HostRegistry } from '../../../targets/given/registry.ts';

export interface PrivateRegistry {
  /** Such as `localhost:40123`. */
  name: string;
  username: string;
  password: string;
  hostRegistry: HostRegistry;
}

const username = 'deployer';
const password = 'a-password-of-the-tests';
/** The password as `htpasswd -nbB` writes it. */
const htpasswd = `${username}:$2b$05$wiVnlT1TrJ2f7/hSapXT5OlK8RZ2hZY3fJQiwn9ZBgNKnx.yW3Joy\n`;

/** Starts a registry that wants a password, and lets it answer on a port of this machine's loopback interface. */
export async function privateRegistry(dag: Client, images: Images): Promise<PrivateRegistry> {
  const service = dag
    .container()
    .from(images.registry)
    .withNewFile('/auth/htpasswd', htpasswd)
    .withEnvVariable('REGISTRY_AUTH', 'htpasswd')
    .withEnvVariable('REGISTRY_AUTH_HTPASSWD_REALM', 'private')
    .withEnvVariable('REGISTRY_AUTH_HTPASSWD_PATH', '/auth/htpasswd')
    .withEnvVariable('OTEL_TRACES_EXPORTER', 'none')
    .withExposedPort(5000)
    .asService({ useEntrypoint: true });
  const tunnel = await dag
    .host()
    .tunnel(service, { ports: [{ frontend: 0, backend: 5000 }] })
    .start();
  const port = Number((await tunnel.endpoint()).split(':').at(-1));
  const host = await dag
    .host()
    .service([{ frontend: port, backend: port }])
    .start();
  return {
    name: `localhost:${port}`,
    username,
    password,
    hostRegistry: { name: `localhost:${port}`, port, service: host },
  };
}
