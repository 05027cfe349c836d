import { readFileSync } from 'node:fs';

/** The versions that decide how a run behaves, one a line. */
export function version(): string {
  return Object.entries(versions())
    .map(([name, number]) => `${name} ${number}`)
    .join('\n');
}

/** The same by name. The SDK's is exact, because package.json pins it. */
export function versions(): Record<string, string> {
  const file = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    name: string;
    version: string;
    dependencies: Record<string, string>;
  };
  return {
    [file.name]: file.version,
    'Dagger SDK': file.dependencies['@dagger.io/dagger'] ?? 'unknown',
    Node: process.versions.node,
  };
}
