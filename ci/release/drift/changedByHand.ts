import type { ReleaseContext } from '../../core/context.ts';
import { noteNotChecked } from '../../core/report.ts';
import type { Entry } from '../ledger/ledger.ts';
import { drift } from './drift.ts';
import type { Drift } from './objectDrift.ts';

type Tested = Pick<Entry, 'startedAt' | 'begunAt'>;

/**
 * Looks for what somebody has changed by hand. It is noted in the report, and so is what could not be looked at.
 * @param revision of the release
 * @param tested the entry of the release as it passed its tests, if any: what was added by hand before that has passed them, too,
 * and would only stay there after another upgrade
 * @returns one line for each change that is to be put right or tested, with who made it where that is known
 */
export async function changedByHand(ctx: ReleaseContext, revision: number, tested: Tested | null): Promise<string[]> {
  const { drift: changes, notChecked } = await drift(ctx, revision);
  const known = changes.filter((change) => wasThere(change, tested));
  const lines = changes
    .filter((change) => !known.includes(change))
    .map((change) => `changed by hand: ${words(change)}`);
  noteNotChecked(
    ctx.report,
    notChecked.map((what) => `not checked for changes by hand: ${what}`),
  );
  ctx.report.notes.push(
    ...known.map((change) => `added by hand before the last deployment, which leaves it there: ${words(change)}`),
    ...lines,
  );
  return lines;
}

function words({ object, path, meant, live, by }: Drift): string {
  return `${path ? `${object}, ${path}` : object}: ${live} instead of ${meant}${by ? ` (${by})` : ''}`;
}

/**
 * Before the deployment began: one that was made during its tests need not have been in all of them. Both times are the API server's own;
 * of an older entry only the run's is known, whose machine may have another clock.
 */
export function wasThere({ addedAt }: Pick<Drift, 'addedAt'>, tested: Tested | null): boolean {
  return (
    addedAt !== undefined && tested !== null && Date.parse(addedAt) <= Date.parse(tested.begunAt ?? tested.startedAt)
  );
}
