import type { Context } from '../core/context.ts';
import { shortDigest } from '../core/imageReference.ts';
import type { Entry, Ledger } from '../release/ledger/ledger.ts';
import { ledgerStore } from '../release/ledger/store.ts';
import { columns } from '../report/render/table.ts';

const head = ['#', 'when', 'what', 'commit', 'revision', 'image', 'by', 'why'];

/** The ledger as a table, newest first. */
export function historyTable({ entries, operation }: Ledger): string {
  if (entries.length === 0 && !operation) return 'Nothing was released yet.\n';
  const rows = [head, ...[...entries].reverse().map(row)];
  const lines = columns(rows);
  if (operation)
    lines.unshift(
      `Under way, or left by a run that died: ${operation.phase} of commit ${operation.commit.slice(0, 12)} by ${operation.by}`,
    );
  return `${lines.join('\n')}\n`;
}

function row({ number, startedAt, kind, outcome, commit, revision, image, by, reason, retry }: Entry): string[] {
  const why = [reason?.split('\n')[0], retry && `tried again: ${retry}`].filter(Boolean).join('; ');
  const when = startedAt.replace('T', ' ').slice(0, 16);
  const digest = shortDigest(image);
  return [String(number), when, `${kind} ${outcome}`, commit.slice(0, 12), String(revision ?? '-'), digest, by, why];
}

/** Prints the ledger. Changes nothing, and waits for nobody. */
export async function showHistory({ place }: Pick<Context, 'place'>, stdout: NodeJS.WritableStream): Promise<void> {
  stdout.write(historyTable(await ledgerStore(place).read()));
}
