import { drift } from './drift.ts';
import type { ReleaseContext } from './restore.ts';

/**
 * Looks for what somebody has changed by hand. It is noted in the report, and so is what could not be looked at.
 * @param revision of the release
 * @returns one line for each change, with who made it where that is known
 */
export async function changedByHand(ctx: ReleaseContext, revision: number): Promise<string[]> {
  const { drift: changes, notChecked } = await drift(ctx, revision);
  const lines = changes.map(({ object, path, meant, live, by }) => {
    const where = path ? `${object}, ${path}` : object;
    return `changed by hand: ${where}: ${live} instead of ${meant}${by ? ` (${by})` : ''}`;
  });
  ctx.report.notes.push(...notChecked.map((what) => `not checked for changes by hand: ${what}`), ...lines);
  return lines;
}
