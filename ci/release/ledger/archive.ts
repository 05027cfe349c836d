import { CoreV1Api } from '@kubernetes/client-node';
import type { Place, ReleaseContext } from '../../core/context.ts';
import { parseReference } from '../../core/imageReference.ts';
import { sha256 } from '../../core/values.ts';
import {
  decodeRecord,
  encodeRecord,
  type ReleaseRecord,
  recordName,
  releaseRecord,
  revisionNumbers,
} from '../../helm/storage.ts';
import { apiMessage, statusOf } from '../../kube/apiError.ts';
import { retryCall } from '../../kube/retry.ts';
import { type Entry, goodReleases, identify, keptReleases, type Target } from './ledger.ts';
import { ownLabels } from './store.ts';

const label = 'django-delivery-pipeline/kept-for';

/** What is known of a revision that was archived, for its entry. */
export type Archived = Pick<Entry, 'manifestHash' | 'begunAt'>;

/**
 * Keeps a copy of Helm's record of a revision that is live, chart and values included, under a name of our own: Helm forgets
 * its revisions after ten more, whatever they were worth. Copies beyond those that a rollback could want are removed.
 * @param entries of the ledger
 * @returns for the entry: what tells the revision from another of the same number, and when Helm wrote it down, before it changed
 * anything; a record that is brought back later has another date
 */
export async function archiveRevision(
  place: Place,
  entry: Pick<Entry, 'key' | 'revision'>,
  entries: readonly Entry[],
): Promise<Archived> {
  const { kube, namespace, release } = place;
  const core = kube.makeApiClient(CoreV1Api);
  const { data, metadata: helms } = await core.readNamespacedSecret({
    name: recordName(release, entry.revision ?? 0),
    namespace,
  });
  const name = keptName(release, entry.key);
  const body = {
    metadata: { name, labels: { ...ownLabels, [label]: release } },
    type: 'django-delivery-pipeline/revision',
    data: { release: data?.['release'] ?? '' },
  };
  await core.createNamespacedSecret({ namespace, body }).catch(async (error) => {
    if (statusOf(error) !== 409) throw error;
    await core.replaceNamespacedSecret({ name, namespace, body });
  });
  const keys = [...new Set([entry.key, ...goodReleases(entries).map(({ key }) => key)])];
  const names = new Set(keys.slice(0, keptReleases).map((key) => keptName(release, key)));
  const kept = await core.listNamespacedSecret({ namespace, labelSelector: `${label}=${release}` });
  for (const { metadata } of kept.items)
    if (metadata?.name && !names.has(metadata.name))
      await core.deleteNamespacedSecret({ name: metadata.name, namespace });
  const created = helms?.creationTimestamp;
  return {
    manifestHash: manifestHash(decodeRecord(body.data.release)),
    ...(created && { begunAt: new Date(created).toISOString() }),
  };
}

/**
 * Keeps a copy of a revision that is live. Where that cannot be done it is noted, and no more: the release works, and Helm
 * has it for some revisions still.
 * @param entries of the ledger
 * @returns for the entry, see archiveRevision; nothing where no copy was kept
 */
export async function archiveOrNote(
  { place, report }: Pick<ReleaseContext, 'place' | 'report'>,
  entry: Pick<Entry, 'key' | 'revision'>,
  entries: readonly Entry[],
): Promise<Archived> {
  try {
    return await retryCall(() => archiveRevision(place, entry, entries));
  } catch (error) {
    report.notes.push(`no copy of revision ${entry.revision} could be kept for later: ${apiMessage(error)}`);
    return {};
  }
}

/**
 * Whether Helm still has the revision of an entry. After `helm uninstall` Helm counts from 1 again, and the number may mean another
 * release by now. Entries from before the hash was kept are taken by their number.
 */
export async function hasRevision(place: Place, entry: Pick<Entry, 'revision' | 'manifestHash'>): Promise<boolean> {
  const record = await releaseRecord(place, entry.revision ?? 0);
  if (!record) return false;
  return entry.manifestHash === undefined || hasHash(record, entry.manifestHash);
}

/**
 * Makes sure that Helm has the revision of an entry, from our copy if Helm has forgotten it.
 * @returns the number under which Helm has it now; null when there is neither
 */
export async function reinstateRevision(
  place: Place,
  entry: Pick<Entry, 'key' | 'revision' | 'manifestHash'>,
): Promise<number | null> {
  if (await hasRevision(place, entry)) return entry.revision;
  const kept = await keptRecord(place, entry.key);
  if (!kept) return null;
  const same = await releaseRecord(place, kept.version);
  if (same && manifestHash(same) === manifestHash(kept)) return kept.version;
  return (await copyRevision(place, kept))[0];
}

/**
 * Gives Helm one more revision to go back to.
 * @param record takes its own number where that is free
 * @returns the number under which Helm has it; and that of the newest revision, where that had to be there once more
 */
export async function copyRevision(place: Place, record: ReleaseRecord): Promise<[number, ...number[]]> {
  const { version, top } = placeFor(record.version, await revisionNumbers(place));
  const superseded = { ...record.info, status: 'superseded' };
  await addRecord(place, { ...record, version, info: superseded });
  // Helm compares what it goes back to with its newest revision, and takes away what is only in that one: it has to stay the newest.
  const newest = top && (await releaseRecord(place, top.of));
  if (!newest) return [version];
  await addRecord(place, { ...newest, version: top.version });
  return [version, top.version];
}

/**
 * Finds a number for a revision that comes back: its own, or another that is free, below the newest. Where none is free, it goes above,
 * and the newest has to be there once more on top of it.
 * @param taken the numbers that Helm has, newest first
 */
export function placeFor(
  wanted: number,
  taken: readonly number[],
): { version: number; top: { of: number; version: number } | null } {
  const [newest] = taken;
  if (newest === undefined) return { version: wanted, top: null };
  const below = Array.from({ length: newest - 1 }, (_, index) => newest - 1 - index);
  const version = [wanted, ...below].find((number) => number < newest && !taken.includes(number));
  if (version !== undefined) return { version, top: null };
  return { version: newest + 1, top: { of: newest, version: newest + 2 } };
}

/** Whether Helm has the revision of a target, or there is a copy of it. */
export async function isAvailable(place: Place, target: Target): Promise<boolean> {
  return (await hasRevision(place, target)) || (await keptRecord(place, target.key)) !== null;
}

/**
 * What a revision of Helm's is by the ledger, see identify.
 * @param entries of the ledger
 */
export async function identifyRevision(place: Place, revision: number, entries: readonly Entry[]): Promise<Target> {
  const record = await releaseRecord(place, revision);
  return identify(revision, record ? manifestHash(record) : '', entries);
}

/**
 * Whether a revision of Helm's is made for an image: its digest is in the manifest, whatever the chart writes around it.
 * @param image `repository@digest`; '' where none is known, of which any revision may be
 */
export async function isMadeFor(place: Place, revision: number, image: string): Promise<boolean> {
  const { digest } = parseReference(image);
  if (!digest) return true;
  const record = await releaseRecord(place, revision);
  return record?.manifest.includes(digest) ?? false;
}

async function keptRecord({ kube, namespace, release }: Place, key: string): Promise<ReleaseRecord | null> {
  const core = kube.makeApiClient(CoreV1Api);
  const kept = await core.readNamespacedSecret({ name: keptName(release, key), namespace }).catch((error) => {
    if (statusOf(error) === 404) return null;
    throw error;
  });
  const data = kept?.data?.['release'];
  return data ? decodeRecord(data) : null;
}

async function addRecord({ kube, namespace, release }: Place, record: ReleaseRecord): Promise<void> {
  const { status } = record.info;
  await kube.makeApiClient(CoreV1Api).createNamespacedSecret({
    namespace,
    body: {
      metadata: {
        name: recordName(release, record.version),
        labels: { owner: 'helm', name: release, status, version: String(record.version) },
      },
      type: 'helm.sh/release.v1',
      data: { release: encodeRecord(record) },
    },
  });
}

/** Hooks count: of two releases only the migration may be another, or a test. Their order is Helm's affair. */
function manifestHash({ manifest, hooks }: ReleaseRecord): string {
  const all = (hooks ?? []).map((hook) => hook.manifest).sort();
  return sha256(all.length > 0 ? JSON.stringify([manifest, ...all]) : manifest);
}

/** Ledgers of older versions know a revision by its objects alone. */
function hasHash(record: ReleaseRecord, hash: string): boolean {
  return hash === manifestHash(record) || hash === sha256(record.manifest);
}

function keptName(release: string, key: string): string {
  return `${release}-kept-${key.slice(0, 12)}`;
}
