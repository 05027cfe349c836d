import { createHash } from 'node:crypto';
import type { RegistryRequest } from '../core/context.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

interface Manifest {
  mediaType?: string;
  config: { mediaType: string; digest: string; size: number };
}

/** An image in a registry that bears a date. */
export interface DatedImage {
  digest: string;
  /** As JSON. */
  manifest: string;
}

/**
 * Dates an image in the registry, for which the engine has no way. Its layers stay as they are: where they are the same, the image has
 * one digest, whichever engine built it. It is under no tag yet.
 * @param name of the image in the registry, such as `acme/shop`
 * @param digest of what the engine pushed
 * @param date ISO 8601
 * @throws Error when the registry does not take it
 */
export async function dateImage(
  request: RegistryRequest,
  { name, digest }: { name: string; digest: string },
  date: string,
): Promise<DatedImage> {
  const pushed = await asked(request, `${name}/manifests/${digest}`, { headers: { accept: manifestType } });
  const manifest = (await pushed.json()) as Manifest;
  if (manifest.mediaType !== manifestType) throw new Error(`${manifest.mediaType} is not the manifest of one image`);

  const config = dateConfig(await (await asked(request, `${name}/blobs/${manifest.config.digest}`)).text(), date);
  const configDigest = digestOf(config);
  const upload = await asked(request, `${name}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(upload.headers.get('location') ?? '', upload.url);
  place.searchParams.set('digest', configDigest);
  const headers = { 'content-type': 'application/octet-stream' };
  await asked(request, place.href, { method: 'PUT', headers, body: config });

  const dated = JSON.stringify({
    ...manifest,
    config: { ...manifest.config, digest: configDigest, size: Buffer.byteLength(config) },
  });
  return { digest: digestOf(dated), manifest: dated };
}

/**
 * Puts an image under a tag. Where tags cannot be changed, it may be there already.
 * @throws Error when the registry does not take it, and has another image under that tag
 */
export async function tagImage(
  request: RegistryRequest,
  { name, tag }: { name: string; tag: string },
  { digest, manifest }: DatedImage,
): Promise<void> {
  const path = `${name}/manifests/${tag}`;
  try {
    await asked(request, path, { method: 'PUT', headers: { 'content-type': manifestType }, body: manifest });
  } catch (error) {
    const there = await request(path, { headers: { accept: manifestType } });
    if (!there.ok || digestOf(await there.text()) !== digest) throw error;
  }
}

async function asked(request: RegistryRequest, path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await request(path, init);
  if (answer.ok) return answer;
  const said = (await answer.text()).slice(0, 200);
  throw new Error(`${init.method ?? 'GET'} ${new URL(answer.url).pathname}: ${answer.status} ${said}`.trim());
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** What an image's config says of how a layer came to be. */
interface HistoryEntry {
  created?: string;
  created_by?: string;
  empty_layer?: boolean;
}

/**
 * The config of an image with one date for everything, in place of the moments at which an engine came by the layers: with
 * those, no two engines make the same image. That date is what https://reproducible-builds.org calls SOURCE_DATE_EPOCH.
 * @param config an OCI image config, as JSON
 * @param date ISO 8601
 */
export function dateConfig(config: string, date: string): string {
  const { history = [], ...image } = JSON.parse(config) as { history?: HistoryEntry[] };
  const created = new Date(date).toISOString();
  // Which of its operations made a layer an engine forgets, too, when the layer comes from its cache; and those that made none.
  const layers = history.filter(({ empty_layer }) => !empty_layer);
  return JSON.stringify({ ...image, created, history: layers.map(() => ({ created, created_by: 'Dagger' })) });
}
