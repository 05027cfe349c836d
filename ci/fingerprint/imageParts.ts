import type { Images } from '../context.ts';

/** The embedded registry and cluster are where a run takes place; these are what it works with. */
const roles = [
  'python',
  'tools',
  'kubeconform',
  'unittest',
  'postgres',
  'redis',
] as const satisfies readonly (keyof Images)[];

/**
 * The images that the pipeline works with, as parts of a fingerprint.
 * @returns references; without the host where they come from a registry of this very machine, as the toolchain's do
 */
export function imageParts(images: Pick<Images, (typeof roles)[number]>): Record<string, string> {
  return Object.fromEntries(
    roles.map((role) => [`image ${role}`, images[role].replace(/^(localhost|127\.0\.0\.1|\[::1\]):\d+\//, '')]),
  );
}
