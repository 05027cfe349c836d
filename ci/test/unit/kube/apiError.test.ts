import { CoreV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { apiMessage } from '../../../kube/apiError.ts';
import { describe, rejects } from '../../harness.ts';
import { withFakeCluster } from './fakeCluster.ts';

describe('apiMessage', (test) => {
  test('says what the server said, without its headers', () =>
    withFakeCluster({}, async ({ kube }) => {
      const error = await rejects(kube.makeApiClient(CoreV1Api).readNode({ name: 'x' }));
      assert.match(error.message, /Headers/);
      assert.is(apiMessage(error), '404');
      const status = { message: 'nodes "x" not found' };
      const told = Object.assign(error, { body: JSON.stringify(status) });
      assert.is(apiMessage(told), '404 nodes "x" not found');
      assert.is(apiMessage(Object.assign(error, { body: status })), '404 nodes "x" not found');
      assert.is(apiMessage(Object.assign(error, { body: '<html>' })), '404');
      assert.is(apiMessage(Object.assign(error, { body: null })), '404');
    }));

  test('says of any other failure what it says itself', () => {
    assert.is(apiMessage(new Error('connect ECONNREFUSED')), 'connect ECONNREFUSED');
  });
});
