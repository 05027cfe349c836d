import { randomUUID } from 'node:crypto';
import { CoreV1Api } from '@kubernetes/client-node';
import { messageOf } from '../../core/causes.ts';
import type { ReleaseContext, Step } from '../../core/context.ts';
import { dryRun, inside, plugin, postRenderer, type Upgrade } from '../../helm/dryRun.ts';
import { readableObjects } from '../../helm/manifest.ts';
import { newestRecords, recordName, releaseRecord } from '../../helm/storage.ts';
import { copyRevision } from '../ledger/archive.ts';
import {
  type ControlledField,
  controlledFields,
  controlledNote,
  endangered,
  withControlled,
} from './controlledFields.ts';

/**
 * Lets an upgrade leave to controllers what is theirs. Helm has no option for that, but asks a plugin what to make of the manifest before
 * it applies it: a first, dry run shows the manifest, the real one gets it back with the values that the controllers have set. That
 * what is applied is what was looked at holds for charts that draw lots as well.
 * @returns the very upgrade where nothing is a controller's, or that cannot be found out: an upgrade does not stop for it
 */
export async function leaveControlled(ctx: ReleaseContext, upgrade: Upgrade): Promise<Upgrade> {
  const { place } = ctx;
  return orAsItIs(ctx, upgrade, async () => {
    const [newest] = await newestRecords(place, 1);
    // Seldom there is anything, and a dry run takes seconds.
    if (!newest || (await controlledFields(place, readableObjects(newest.manifest))).length === 0) return upgrade;
    const rendered = await dryRun(ctx, upgrade);
    const fields = endangered(await controlledFields(place, readableObjects(rendered)));
    if (fields.length === 0) return upgrade;
    tell(ctx, fields);
    return answering(ctx, upgrade, withControlled(rendered, place, fields));
  });
}

/**
 * Gives a rollback a revision to go to that leaves to controllers what is theirs: a copy with other values, since Helm takes a revision's
 * manifest as it was kept.
 * @param work told the number of the copy, or of the revision itself where nothing is a controller's
 */
export async function withoutControlled<T>(
  ctx: Pick<ReleaseContext, 'place' | 'report'>,
  revision: number,
  work: (revision: number) => Promise<T>,
): Promise<T> {
  const { place } = ctx;
  const copies = await orAsItIs(ctx, null, async () => {
    const record = await releaseRecord(place, revision);
    const fields = record ? endangered(await controlledFields(place, readableObjects(record.manifest))) : [];
    if (!record || fields.length === 0) return null;
    tell(ctx, fields);
    return copyRevision(place, { ...record, manifest: withControlled(record.manifest, place, fields) });
  });
  if (copies === null) return work(revision);
  try {
    return await work(copies[0]);
  } finally {
    // One that stays is a revision like others, which Helm forgets in time.
    const core = place.kube.makeApiClient(CoreV1Api);
    for (const copy of copies) {
      const name = recordName(place.release, copy);
      await core.deleteNamespacedSecret({ name, namespace: place.namespace }).catch(() => undefined);
    }
  }
}

function tell({ report }: Pick<ReleaseContext, 'report'>, fields: readonly ControlledField[]): void {
  report.notes.push(...fields.map(controlledNote));
}

async function orAsItIs<T>({ report }: Pick<ReleaseContext, 'report'>, asItIs: T, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    report.notes.push(`what controllers have set may fall back to what the chart says: ${messageOf(error)}`);
    return asItIs;
  }
}

/** The engine takes secrets of 500 KiB. A letter has four bytes at most. */
const pieces = /[\s\S]{1,100000}/gu;

function answering({ dag }: ReleaseContext, { args, mounts }: Upgrade, manifest: string): Upgrade {
  const files = (manifest.match(pieces) ?? []).map((text, index) => ({ path: `${inside}/manifest-${index}`, text }));
  const mounted: Step = (ctr) =>
    files.reduce(
      (all, { path, text }) => all.withMountedSecret(path, dag.setSecret(`manifest-${randomUUID()}`, text)),
      ctr,
    );
  const paths = files.map(({ path }) => path);
  return {
    args: [...args, '--post-renderer', plugin],
    mounts: (ctr) => ctr.with(mounts).with(mounted).with(postRenderer('cat', paths)),
  };
}
