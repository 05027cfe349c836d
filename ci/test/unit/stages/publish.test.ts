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
import { digestOf, withFakeRegistry } from '../image/fakeRegistry.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const digest = `sha256:${'ab'.repeat(32)}`;

/** Publishes an image to a registry that answers like this; without more, one that an app's own Dockerfile made. */
function publishTo(answer: Registry['publish'], ownDockerfile = true, request = registryRequest('http://127.0.0.1:1')) {
  const runtime = dag.container();
  const report = { notes: [] as string[] } as Report;
  const ctx = {
    config: { name: 'shop', buildNumber: '7' } as Config,
    registry: { repositoryPrefix: 'ghcr.io/acme', publish: answer, request } as Registry,
    report,
  };
  const source = { commit, dirty: false, date: '2026-01-02T03:04:05Z' } as Source;
  return { runtime, report, image: publish(ctx, source, { runtime, ownDockerfile } as Built) };
}

describe('publish', (test) => {
  test('pushes the runtime image by commit and build number, and yields its digest', async () => {
    const pushed: unknown[] = [];
    const { runtime, report, image } = publishTo(async (...args) => {
      pushed.push(...args);
      return `ghcr.io/acme/shop:0123456789ab-7@${digest}`;
    });
    const reference = `ghcr.io/acme/shop:0123456789ab-7@${digest}`;
    assert.equal(await image, { repository: 'ghcr.io/acme/shop', tag: '0123456789ab-7', digest, reference });
    assert.is(pushed[0], runtime);
    assert.equal(pushed.slice(1), ['ghcr.io/acme/shop', '0123456789ab-7']);
    assert.equal(report.image, { reference, digest });
  });

  test('deploys what bears the date of the commit, if our Dockerfile made it', () =>
    withFakeRegistry({}, async ({ base, content }) => {
      const mediaType = 'application/vnd.oci.image.manifest.v1+json';
      const config = JSON.stringify({ created: '2026-05-01T00:00:00Z' });
      const manifest = JSON.stringify({ mediaType, config: { digest: digestOf(config) } });
      for (const text of [config, manifest]) content.set(digestOf(text), text);
      const pushed = async () => `ghcr.io/acme/shop:0123456789ab-7@${digestOf(manifest)}`;
      const { report, image } = publishTo(pushed, false, registryRequest(base));
      await image;
      const dated = digestOf(content.get('0123456789ab-7') ?? '');
      assert.is.not(dated, digestOf(manifest));
      assert.is((await image).digest, dated);
      assert.is(report.image?.reference, `ghcr.io/acme/shop:0123456789ab-7@${dated}`);
      assert.equal(report.notes, []);
    }));

  test('deploys what it pushed, and says so, where the registry does not let itself be asked', async () => {
    const { report, image } = publishTo(async () => `ghcr.io/acme/shop:0123456789ab-7@${digest}`, false);
    assert.is((await image).digest, digest);
    assert.match(report.notes.join(), 'so that the next one has another digest: ');
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
