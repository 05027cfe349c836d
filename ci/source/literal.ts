/** A path as a pattern (of .dockerignore, glob, or the engine's filters) that matches nothing else. */
export function literal(path: string): string {
  return path.replace(/[\\*?[\]{}!()]/g, '\\$&');
}
