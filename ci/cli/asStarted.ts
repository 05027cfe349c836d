import { packed } from '../core/program.ts';

/**
 * Texts name the commands as they are in a checkout. Whoever has installed the package starts them otherwise.
 * @param text with `npm run ci --` or `npm run toolchain --`; three blanks may stand in the place of the hyphens, to fill a column
 * @returns the same with the commands of whoever reads it
 */
export function asStarted(text: string, isPacked: boolean = packed()): string {
  if (!isPacked) return text;
  return text
    .replaceAll('npm run toolchain --', 'npx django-delivery-pipeline toolchain')
    .replaceAll(/npm run ci(?: --| {3})/g, 'npx django-delivery-pipeline');
}
