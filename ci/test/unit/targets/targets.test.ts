import { GraphQLRequestError } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import { publicImages } from '../../../targets/publicImages.ts';
import { started } from '../../../targets/targets.ts';
import { describe, rejects } from '../../harness.ts';
import { codeOf, detailsOf } from './support.ts';

describe('an embedded registry and cluster', (test) => {
  test('that do not start for want of an image are no bug: the image is named, and what else there is', async () => {
    const words = 'failed to resolve source metadata for docker.io/alpine/helm:4.2.4: no such host';
    const answer = new GraphQLRequestError(words, { error: { response: {} } } as never);
    const error = await rejects(started(publicImages, Promise.reject(new Error('x', { cause: answer }))));
    assert.is(codeOf(error), 'EMBEDDED');
    assert.match(error.message, words);
    assert.match(detailsOf(error), `kubernetes=${publicImages.kubernetes}`);
    assert.match((error as Error & { fix: string }).fix, /--images.*toolchain/);
  });

  test('that fail otherwise are left to others, and what starts is handed on', async () => {
    await rejects(started(publicImages, Promise.reject(new Error('a bug'))), /^a bug$/);
    assert.is(await started(publicImages, Promise.resolve('both')), 'both');
  });
});
