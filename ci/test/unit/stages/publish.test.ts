import { dag, GraphQLRequestError } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import type { Config } from '../../../config.ts';
import { PipelineError } from '../../../errors.ts';
import type { Report } from '../../../report/report.ts';
import type { Built } from '../../../stages/build.ts';
import { publish } from '../../../stages/publish.ts';
import type { Source } from '../../../stages/source.ts';
import type { Registry } from '../../../targets/registry.ts';
import { describe, rejects } from '../../harness.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const digest = `sha256:${'ab'.repeat(32)}`;

/** Publishes to a registry that answers like this. */
function publishTo(answer: Registry['publish']) {
  const runtime = dag.container();
  const report = {} as Report;
  const ctx = {
    config: { name: 'shop', buildNumber: '7' } as Config,
    registry: { repositoryPrefix: 'ghcr.io/acme', publish: answer } as Registry,
    report,
  };
  const source = { commit, dirty: false } as Source;
  return { runtime, report, image: publish(ctx, source, { runtime } as Built) };
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
