import { createHash } from 'node:crypto';
import type { RegistryRequest } from '../core/context.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

interface Manifest {
  mediaType?: string;
  config: { mediaType: string; digest: string; size: number };
}

/**
 * Dates an image in the registry and puts it under the tag in place of what the engine pushed, which has no way to say a date.
 * Its layers stay as they are. From then on the image has one digest, whichever engine built it.
 * @param name of the image in the registry, such as `acme/shop`
 * @param digest of what the engine pushed
 * @param date ISO 8601
 * @returns the digest of the dated image
 * @throws Error when the registry does not take it: the image under the tag is the engine's then
 */
export async function dateImage(
  request: RegistryRequest,
  { name, tag, digest }: { name: string; tag: string; digest: string },
  date: string,
): Promise<string> {
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
  await asked(request, `${name}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': manifestType },
    body: dated,
  });
  return digestOf(dated);
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
  // Which of its operations made a layer an engine forgets, too, when the layer comes from its cache.
  return JSON.stringify({ ...image, created, history: history.map(() => ({ created, created_by: 'Dagger' })) });
}
