import { type Images, roles } from '../core/images.ts';

/** Where a run takes place; all others are what it works with. */
const embedded: readonly (keyof Images)[] = ['registry', 'kubernetes'];
const tools = roles.filter((role) => !embedded.includes(role));

/**
 * The images that the pipeline works with, as parts of a fingerprint.
 * @returns references; without the host where they come from a registry of this very machine, as the toolchain's do
 */
export function imageParts(images: Images): Record<string, string> {
  return Object.fromEntries(
    tools.map((role) => [`image ${role}`, images[role].replace(/^(localhost|127\.0\.0\.1|\[::1\]):\d+\//, '')]),
  );
}
