import type { Client, Service } from '@dagger.io/dagger';
import type { Step } from '../../core/context.ts';
import { forward } from '../runTests.ts';

/** A server that tests look for, with nothing in it. Nobody needs its data when they have ended. */
export interface Server {
  image: string;
  /** The image's user for it. */
  user: string;
  /** For `sh`, with these arguments. */
  script: string;
  args: readonly string[];
  port: number;
}

/**
 * Starts a server that lives as long as something is bound to it.
 * @param nonce keeps runs apart that share a session
 */
export function testService(dag: Client, { image, user, script, args, port }: Server, nonce: string): Service {
  return dag
    .container()
    .from(image)
    .withUser(user)
    .withEnvVariable('PIPELINE_RUN_ID', nonce)
    .withExposedPort(port)
    .asService({ args: ['sh', '-euc', script, 'sh', ...args] });
}

/**
 * Brings a server to the place where tests look for it.
 * @param name for a server that is looked for on the tests' own machine
 * @param socket path of a Unix socket there that leads to it, too
 * @returns null where that cannot be done
 */
export function reachedAt(host: string, port: number, name: string, service: Service, socket = ''): Step | null {
  if (host === 'localhost' || host === '127.0.0.1')
    return (ctr) => ctr.withServiceBinding(name, service).with(forward(port, name, socket));
  return /^[a-z0-9_-]+$/i.test(host) ? (ctr) => ctr.withServiceBinding(host, service) : null;
}
