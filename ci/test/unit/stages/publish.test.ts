import { dag, GraphQLRequestError } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import type { Config } from '../../../core/config.ts';
import type { Registry } from '../../../core/context.ts';
import { PipelineError } from '../../../core/errors.ts';
import type { Report } from '../../../core/report.ts';
import type { Source } from '../../../source/loadSource.ts';
import type { Built } from '../../../stages/build.ts';
import { publish } from '../../../stages/publish.ts';
import { registryRequest } from '../../../targets/registryRequest.ts';
import { describe, rejects } from '../../harness.ts';
import { digestOf, type FakeRegistry, withFakeRegistry } from '../image/fakeRegistry.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const digest = `sha256:${'ab'.repeat(32)}`;

/** Publishes an image to a registry that answers like this, and without more does not let itself be asked. */
function publishTo(answer: Registry['publish'], request = registryRequest('http://127.0.0.1:1')) {
  const runtime = dag.container();
  const report = { notes: [] as string[] } as Report;
  const ctx = {
    config: { name: 'shop', buildNumber: '7' } as Config,
    registry: { repositoryPrefix: 'ghcr.io/acme', publish: answer, request } as Registry,
    report,
  };
  const source = { commit, dirty: false, date: '2026-01-02T03:04:05Z' } as Source;
  return { runtime, report, image: publish(ctx, source, { runtime } as Built) };
}

const mediaType = 'application/vnd.oci.image.manifest.v1+json';

/** What an engine pushes at some moment. @returns its digest, and the reference that the engine answers with */
function push({ content }: FakeRegistry, created: string) {
  const config = JSON.stringify({ created });
  const manifest = JSON.stringify({ mediaType, config: { digest: digestOf(config) } });
  for (const text of [config, manifest]) content.set(digestOf(text), text);
  content.set('0123456789ab-7', manifest);
  return { digest: digestOf(manifest), pushed: async () => `ghcr.io/acme/shop:0123456789ab-7@${digestOf(manifest)}` };
}

describe('publish', (test) => {
  test('deploys what bears the date of the commit, whoever built it and when, under a tag of its own', () =>
    withFakeRegistry({}, async (registry) => {
      const digests = [];
      for (const created of ['2026-05-01T00:00:00Z', '2026-06-01T00:00:00Z']) {
        const { digest, pushed } = push(registry, created);
        const { report, image } = publishTo(pushed, registryRequest(registry.base));
        const { tag, ...published } = await image;
        assert.is.not(published.digest, digest);
        assert.is(tag, `0123456789ab-7-${published.digest.slice(7, 19)}`);
        assert.is(published.reference, `ghcr.io/acme/shop:${tag}@${published.digest}`);
        assert.equal(report.image, { reference: published.reference, digest: published.digest });
        assert.equal(report.notes, []);
        for (const name of [tag, '0123456789ab-7'])
          assert.is(digestOf(registry.content.get(name) ?? ''), published.digest);
        digests.push(published.digest);
      }
      assert.is(digests[0], digests[1]);
    }));

  test('leaves to each image its own tag when the next bears the same commit and build', () =>
    withFakeRegistry({}, async (registry) => {
      const publishing = async (layer: string) => {
        const config = JSON.stringify({ created: '2026-05-01T00:00:00Z' });
        const manifest = JSON.stringify({ mediaType, config: { digest: digestOf(config) }, layers: [layer] });
        for (const text of [config, manifest]) registry.content.set(digestOf(text), text);
        return publishTo(async () => `x@${digestOf(manifest)}`, registryRequest(registry.base)).image;
      };
      const first = await publishing('one');
      const second = await publishing('two');
      assert.is.not(first.tag, second.tag);
      assert.is(digestOf(registry.content.get(first.tag) ?? ''), first.digest);
    }));

  test('deploys the dated image also where a tag cannot be changed, again and again', () =>
    withFakeRegistry({ immutableTags: true }, async (registry) => {
      for (const _ of [1, 2]) {
        const { digest, pushed } = push(registry, '2026-05-01T00:00:00Z');
        const { report, image } = publishTo(pushed, registryRequest(registry.base));
        assert.is.not((await image).digest, digest);
        assert.equal(report.notes, []);
      }
    }));

  test('pushes the runtime image by commit and build number, and once more under a tag of its own, where the registry does not let itself be asked', async () => {
    const pushed: unknown[][] = [];
    const { runtime, report, image } = publishTo(async (...args) => {
      pushed.push(args);
      return `${args[1]}:${args[2]}@${digest}`;
    });
    const tag = '0123456789ab-7-abababababab';
    const reference = `ghcr.io/acme/shop:${tag}@${digest}`;
    assert.equal(await image, { repository: 'ghcr.io/acme/shop', tag, digest, reference });
    assert.equal(
      pushed.map(([, ...where]) => where),
      [
        ['ghcr.io/acme/shop', '0123456789ab-7'],
        ['ghcr.io/acme/shop', tag],
      ],
    );
    assert.ok(pushed.every(([container]) => container === runtime));
    assert.equal(report.image, { reference, digest });
    assert.match(report.notes.join(), 'so that the next one has another digest: ');
  });

  test('says nothing of a tag that was not pushed, or is of another image', async () => {
    for (const second of [() => Promise.reject(new Error('refused')), async () => `x@sha256:${'c'.repeat(64)}`]) {
      let times = 0;
      const answer = async () => (times++ === 0 ? `x@${digest}` : second());
      const { tag, digest: deployed } = await publishTo(answer).image;
      assert.equal([tag, deployed], ['0123456789ab-7', digest]);
    }
  });

  test('says what the registry said', async () => {
    const refused = new GraphQLRequestError('push access denied', { error: { response: {} } } as never);
    const error = await rejects(publishTo(() => Promise.reject(refused)).image);
    assert.instance(error, PipelineError);
    assert.is((error as PipelineError).code, 'PUBLISH');
    assert.is(error.message, 'ghcr.io/acme/shop:0123456789ab-7 could not be pushed: push access denied');
  });

  test('does not go on without a digest', async () => {
    const { image, report } = publishTo(async () => 'ghcr.io/acme/shop:0123456789ab-7');
    assert.is(((await rejects(image)) as PipelineError).code, 'PUBLISH');
    assert.is(report.image, undefined);
  });

  test('passes on a failure of the registry target, and of the program', async () => {
    const unreachable = new PipelineError('REGISTRY', 'no answer');
    assert.is(await rejects(publishTo(() => Promise.reject(unreachable)).image), unreachable);
    const bug = new TypeError('x is not a function');
    assert.is(await rejects(publishTo(() => Promise.reject(bug)).image), bug);
  });
});
