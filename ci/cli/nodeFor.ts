import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A Node: where it is and which. */
export interface Node {
  path: string;
  version: string;
}

/**
 * The Node that runs this program: the one that runs already, else the one that the package brings along for Linux. Written for
 * Node 18 and newer, as all that bin.ts loads before it knows.
 * @returns its path, or in one sentence what is missing
 */
export function nodeFor(): { path: string } | { missing: string } {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    engines: { node: string };
  };
  const running = { path: process.execPath, version: process.versions.node };
  return chooseNode(engines.node.replace('>=', ''), running, bundledNode());
}

/**
 * Chooses between two.
 * @param oldest the oldest version that will do, such as 22.18
 */
export function chooseNode(
  oldest: string,
  running: Node,
  bundled: Node | undefined,
): { path: string } | { missing: string } {
  for (const node of [running, bundled]) if (node && isAtLeast(node.version, oldest)) return { path: node.path };
  return { missing: `Node ${oldest} or newer is needed; this is Node ${running.version} (${running.path})` };
}

function bundledNode(): Node | undefined {
  try {
    const require = createRequire(import.meta.url);
    const file = require.resolve(`node-${process.platform}-${process.arch}/package.json`);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    return { path: file.replace(/package\.json$/, 'bin/node'), version };
  } catch {
    return undefined; // no package for this machine, or installed without optional dependencies
  }
}

function isAtLeast(version: string, oldest: string): boolean {
  const [has, needs] = [version, oldest].map((text) => text.split('.').map(Number));
  for (const [index, number] of (needs ?? []).entries()) {
    const own = has?.[index] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}
