import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { join, resolve } from 'node:path';

/** The folder of package.json: home of ci/, helm-chart/ and our Dockerfile. */
export const root: string = resolve(import.meta.dirname, '../..');

/**
 * Whether this program runs from the npm package, not from a checkout. Only the package is compiled: Node runs TypeScript
 * everywhere but below node_modules.
 * @param url of a file of this program
 */
export function packed(url: string = import.meta.url): boolean {
  return url.endsWith('.js');
}

/**
 * Texts name the commands as they are in a checkout. Whoever has installed the package starts them otherwise.
 * @param text with `npm run ci --` or `npm run toolchain --`; three blanks may stand in the place of the hyphens, to fill a column
 * @returns the same with the commands of whoever reads it
 */
export function asInvoked(text: string, isPacked: boolean = packed()): string {
  if (!isPacked) return text;
  return text
    .replaceAll('npm run toolchain --', 'npx django-delivery-pipeline toolchain')
    .replaceAll(/npm run ci(?: --| {3})/g, 'npx django-delivery-pipeline');
}

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
