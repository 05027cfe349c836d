import * as assert from 'uvu/assert';
import { type DatedImage, dateImage, tagImage } from '../../../image/dateImage.ts';
import { registryRequest } from '../../../targets/registryRequest.ts';
import { describe, rejects } from '../../harness.ts';
import { digestOf, type FakeRegistry, withFakeRegistry } from './fakeRegistry.ts';

const date = '2026-01-02T03:04:05Z';
const layers = [
  { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: `sha256:${'0'.repeat(64)}`, size: 7 },
];

/** Puts an image into the registry as an engine does, and returns its digest. */
function push({ content }: FakeRegistry, created: string, mediaType = 'application/vnd.oci.image.manifest.v1+json') {
  const config = JSON.stringify({ created, history: [{ created }], os: 'linux' });
  const described = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf(config),
    size: config.length,
  };
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: described, layers });
  for (const text of [config, manifest]) content.set(digestOf(text), text);
  content.set('abc-1', manifest);
  return digestOf(manifest);
}

function dated({ base }: FakeRegistry, digest: string) {
  return dateImage(registryRequest(base), { name: 'acme/shop', digest }, date);
}

describe('dateImage', (test) => {
  const tag = ({ base }: FakeRegistry, image: DatedImage, name = 'abc-1') =>
    tagImage(registryRequest(base), { name: 'acme/shop', tag: name }, image);

  test('gives one digest to what two engines pushed, and puts it under the tag', () =>
    withFakeRegistry({}, async (registry) => {
      const first = await dated(registry, push(registry, '2026-05-01T00:00:00Z'));
      const second = await dated(registry, push(registry, '2026-06-01T00:00:00Z'));
      assert.equal(first, second);
      await tag(registry, first);
      assert.is(digestOf(registry.content.get('abc-1') ?? ''), first.digest);
      const manifest = JSON.parse(registry.content.get(first.digest) ?? '');
      assert.equal(manifest.layers, layers);
      const config = registry.content.get(manifest.config.digest) ?? '';
      assert.is(manifest.config.size, config.length);
      assert.is(JSON.parse(config).created, '2026-01-02T03:04:05.000Z');
    }));

  test('says what the registry did not like, and leaves the image as it is', () =>
    withFakeRegistry({ immutableTags: true }, async (registry) => {
      const digest = push(registry, '2026-05-01T00:00:00Z');
      const image = await dated(registry, digest);
      const error = await rejects(tag(registry, image));
      assert.is(error.message, 'PUT /v2/acme/shop/manifests/abc-1: 400 the tag cannot be changed');
      assert.is(digestOf(registry.content.get('abc-1') ?? ''), digest);
      // The second time it is there already.
      for (const _ of [1, 2]) await tag(registry, image, 'abc-1-own');
      assert.is(digestOf(registry.content.get('abc-1-own') ?? ''), image.digest);
    }));

  test('touches nothing but an image for one platform', () =>
    withFakeRegistry({}, async (registry) => {
      const digest = push(registry, '2026-05-01T00:00:00Z', 'application/vnd.oci.image.index.v1+json');
      await rejects(dated(registry, digest), /index\.v1\+json is not the manifest of one image/);
      assert.equal(registry.asked, [`GET /v2/acme/shop/manifests/${digest}`]);
    }));
});
