/** "All addresses", as servers that listen everywhere are written down (k3d does): from here, that is this machine. */
const everywhere = ['0.0.0.0', '::', '[::]'];

/** Whether a host name means the machine on which the program runs. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '::1' || host === '[::1]' || host.startsWith('127.') || everywhere.includes(host)
  );
}

/** The name by which the engine is to reach a server on this machine's loopback interface. */
export function loopbackHost(host: string): string {
  return everywhere.includes(host) ? '127.0.0.1' : host;
}
