import { readFileSync } from 'node:fs';

/** The versions that decide how a run behaves, one a line. The SDK's is exact, because package.json pins it. */
export function version(): string {
  const file = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    name: string;
    version: string;
    dependencies: Record<string, string>;
  };
  const sdk = file.dependencies['@dagger.io/dagger'] ?? 'unknown';
  return `${file.name} ${file.version}\nDagger SDK ${sdk}\nNode ${process.versions.node}`;
}
