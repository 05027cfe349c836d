/**
 * Settings of a registry, for the mirror on the host and for the registry image alike.
 * @param folder where it keeps what is pushed
 * @param address where it listens, e.g. `:5000`
 */
export function registryConfig(folder: string, address: string): string {
  const settings = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: folder }, delete: { enabled: true } },
    http: { addr: address },
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}
