import { resolve } from 'node:path';

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
