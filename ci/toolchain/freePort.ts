import { createServer } from 'node:net';
import { PipelineError } from '../core/errors.ts';

/**
 * A port of the loopback interface on which nobody listens: the wanted one if it is free, else any.
 * @throws PipelineError TOOLCHAIN when there is none
 */
export async function freePort(wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const found = await new Promise<number | null>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(null));
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
      });
    });
    if (found) return found;
  }
  throw new PipelineError('TOOLCHAIN', 'no free port on the loopback interface');
}
