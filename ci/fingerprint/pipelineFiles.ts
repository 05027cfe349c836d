/** What no run executes: tests, measurements, types, and what tools leave behind. */
const without = /^(test|dev)\/|\.d\.ts$|(^|\/)(__pycache__|\.[^/]*cache|\.DS_Store)(\/|$)/;

/**
 * Of the files in `ci/`, those that decide how the pipeline behaves. One that was compiled is the same as its source, and is left out
 * where the source lies beside it.
 * @param paths relative to `ci/`, with slashes
 * @returns names without .ts or .js, each with its path
 */
export function pipelineFiles(paths: readonly string[]): [name: string, path: string][] {
  const known = new Set(paths);
  const compiled = (path: string) => /\.js(\.map)?$/.test(path) && known.has(path.replace(/\.js(\.map)?$/, '.ts'));
  return paths
    .filter((path) => !without.test(path) && !compiled(path))
    .map((path) => [path.replace(/\.[tj]s$/, ''), path]);
}
