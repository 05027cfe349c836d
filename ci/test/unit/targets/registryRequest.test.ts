import * as assert from 'uvu/assert';
import { registryRequest } from '../../../targets/registryRequest.ts';
import { describe } from '../../harness.ts';
import { withFakeRegistry } from '../image/fakeRegistry.ts';

const ann = { username: 'ann', password: 's3cret' };
const path = 'acme/shop/manifests/abc-1';

describe('registryRequest', (test) => {
  for (const authentication of ['basic', 'bearer'] as const) {
    test(`shows a registry that wants ${authentication} authentication what it wants to see`, () =>
      withFakeRegistry({ authentication }, async ({ base, content }) => {
        content.set('abc-1', 'the manifest');
        assert.is(await (await registryRequest(base, ann)(path)).text(), 'the manifest');
      }));

    test(`passes on the refusal of a registry that wants ${authentication} authentication`, () =>
      withFakeRegistry({ authentication }, async ({ base }) => {
        assert.is((await registryRequest(base)(path)).status, 401);
        assert.is((await registryRequest(base, { ...ann, password: 'wrong' })(path)).status, 401);
      }));
  }

  test('shows credentials only to a registry that asks for them', () =>
    withFakeRegistry({}, async ({ base, content, asked }) => {
      content.set('abc-1', 'the manifest');
      assert.is((await registryRequest(base, ann)(path)).status, 200);
      assert.equal(asked, [`GET /v2/${path}`]);
    }));

  test('sends what it is given again with the credentials', () =>
    withFakeRegistry({ authentication: 'bearer' }, async ({ base, content }) => {
      const answer = await registryRequest(base, ann)(path, { method: 'PUT', body: 'the manifest' });
      assert.is(answer.status, 201);
      assert.is(content.get('abc-1'), 'the manifest');
    }));
});
