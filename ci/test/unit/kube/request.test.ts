import * as assert from 'uvu/assert';
import { kubeRequest } from '../../../kube/request.ts';
import { describe, rejects } from '../../harness.ts';
import { type Answer, withFakeCluster } from './fakeCluster.ts';

describe('kubeRequest', (test) => {
  /** What comes of answers in turn, and how often it was asked. */
  const ask = (...answers: Answer[]) =>
    withFakeCluster({ '/x': () => answers.shift() ?? 404 }, async ({ kube, asked }) => {
      const { status } = await kubeRequest(kube, '/x');
      return [status, asked.length];
    });

  test('asks a busy API server again', async () => assert.equal(await ask(503, 429, { kind: 'x' }), [200, 3]));

  test('takes a refusal, and what a webhook broke, for an answer', async () => {
    assert.equal(await ask(403), [403, 1]);
    assert.equal(await ask(500), [500, 1]);
  });

  test('says how the server was to the end', async () => assert.equal(await ask(503, 503, 503, 503, 503), [503, 5]));

  test('fails as what it is where nobody listens', async () => {
    const gone = await withFakeCluster({}, async ({ kube }) => kube);
    const error = await rejects(kubeRequest(gone, '/x'));
    assert.is((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
  });
});
