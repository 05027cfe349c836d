import { goBack } from '../../../../commands/rollback.ts';
import type { Context } from '../../../../core/context.ts';

import { deliver, type Next } from '../../../../pipeline.ts';
import { type HeldRelease, openJournal } from '../../../../release/journal.ts';
import type { Identity } from '../../../../release/ledger/ledger.ts';
import { explain } from '../../../../report/explain.ts';
import { recover } from '../../../../stages/recover.ts';
import { fakeConfig, fakeReport, noMask } from '../../report/fakeReport.ts';
import { type Fault, Points } from './faults.ts';
import type { Ending, Judge } from './judge.ts';
import type { World } from './world.ts';
import { seenBy } from './worldClient.ts';

/** What somebody asks the pipeline for. */
export type Asked =
  | { kind: 'deliver'; key: string; retry: boolean }
  | { kind: 'go back'; to: number | undefined }
  | { kind: 'look after' };

export const identityOf = (key: string): Identity => ({
  ...{ key, commit: `commit-${key}`, image: `shop@sha256:${key}`, chart: 'shop-1' },
  ...{ chartHash: 'c', valuesHash: 'v' },
});

let runs = 0;
const never = new AbortController().signal;
const next: Next = (work) => work(() => {});
const silent: Context['log'] = {
  ...{ info: () => {}, warn: () => {}, abandon: () => {} },
  step: (_, work) => work(() => {}),
};

/** Does what is asked for, by the very code that does it in a cluster; what goes wrong meanwhile is in `faults`. */
export async function perform(asked: Asked, world: World, judge: Judge, faults: readonly Fault[]): Promise<Ending> {
  const run = `run-${++runs}`;
  world.holder = run;
  world.fence++;
  judge.begins(asked.kind === 'go back' && asked.to !== undefined);
  const thief: Asked = { kind: 'deliver', key: 'stolen', retry: true };
  const steal = async () => void (await perform(thief, world, judge, []));
  const points = new Points(faults, steal, () => world.forget());
  const { client, store, lease, upgrade } = seenBy(run, world, points, judge);
  // A closed report is not written to the disk.
  const report = fakeReport({ notes: [], stages: [] });
  delete report.revision;
  const config = fakeConfig({
    ...(asked.kind === 'deliver' && asked.retry && { retry: 'because' }),
    ...(asked.kind === 'go back' && asked.to !== undefined && { to: asked.to }),
  });
  const held = {
    ...{
      config,
      report,
      client,
      journal: openJournal(store, lease),
      runId: run,
      log: silent,
      mask: noMask,
      signal: never,
    },
    ...{ place: { release: 'shop', namespace: 'shop' }, cluster: { exclusive: false } },
  } as unknown as Context & HeldRelease;

  const before = JSON.stringify([world.revisions, world.runs]);
  const work = async (): Promise<Ending> => {
    try {
      await store.update(lease.fence, (ledger) => ledger);
      if (asked.kind === 'deliver') await deliver(held, identityOf(asked.key), () => upgrade(asked.key), next);
      else if (asked.kind === 'go back') await goBack(held);
      else await recover(held);
      return 'well';
    } catch (error) {
      return explain(error).code;
    }
  };
  const ending = await Promise.race([points.ended, work()]);
  if (ending === 'killed' || ending === 'stolen') return ending;
  judge.ended(ending, {
    changed: JSON.stringify([world.revisions, world.runs]) !== before,
    told: report.notes.some((note) => /could not be undone/.test(note)),
    struck: points.struck,
  });
  return ending;
}
