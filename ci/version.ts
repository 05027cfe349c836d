import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { root } from './core/program.ts';

/** The versions that decide how a run behaves, one a line. */
export function version(): string {
  return Object.entries(versions())
    .map(([name, number]) => `${name} ${number}`)
    .join('\n');
}

/** The same by name. The SDK's is that of the one that is installed, whatever was asked for. */
export function versions(): Record<string, string> {
  const own = description(join(root, 'package.json'));
  const sdk = findPackageJSON('@dagger.io/dagger', import.meta.url);
  return {
    [own.name]: own.version,
    'Dagger SDK': sdk ? description(sdk).version : 'unknown',
    Node: process.versions.node,
  };
}

function description(file: string | URL): { name: string; version: string } {
  return JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
}
