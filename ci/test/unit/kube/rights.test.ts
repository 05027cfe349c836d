import * as assert from 'uvu/assert';
import { missingRight } from '../../../kube/missingRight.ts';
import { requireRights } from '../../../kube/rights.ts';
import { describe, rejects } from '../../harness.ts';
import { codeOf } from '../targets/support.ts';
import { withFakeCluster } from './fakeCluster.ts';

const deployer = 'system:serviceaccount:shop:deployer';

describe('missingRight', (test) => {
  test('reads what Helm passes on', () => {
    const secrets = `Error: query: failed to query with labels: secrets is forbidden: User "${deployer}" cannot list resource "secrets" in API group "" in the namespace "blog"`;
    assert.is(missingRight(secrets), `${deployer} may not list secrets in namespace blog`);
    const ingress = `Error: UPGRADE FAILED: ingresses.networking.k8s.io "shop" is forbidden: User "${deployer}" cannot patch resource "ingresses" in API group "networking.k8s.io" in the namespace "shop" && more`;
    assert.is(missingRight(ingress), `${deployer} may not patch ingresses.networking.k8s.io in namespace shop`);
  });

  test('reads what the API server answers, as the client shows it', () => {
    const message = `persistentvolumes is forbidden: User "${deployer}" cannot create resource "persistentvolumes" in API group "" at the cluster scope`;
    const body = JSON.stringify({ kind: 'Status', message });
    const expected = `${deployer} may not create persistentvolumes in the cluster as a whole`;
    assert.is(missingRight(`HTTP-Code: 403\nBody: ${JSON.stringify(body)}`), expected);
    assert.is(missingRight(`HTTP-Code: 403\nBody: ${body}`), expected);
  });

  test('leaves alone what is forbidden for another reason', () => {
    for (const text of [
      'pods "shop" is forbidden: violates PodSecurity "restricted:v1.35": privileged',
      'pods "shop" is forbidden: exceeded quota: quota, requested: pods=1, used: pods=16, limited: pods=16',
      '',
    ])
      assert.is(missingRight(text), null, text);
  });
});

describe('requireRights', (test) => {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  type Asked = { spec: { resourceAttributes: { verb: string; resource: string; namespace: string } } };
  const may = (allowed: (attributes: Asked['spec']['resourceAttributes']) => boolean) => ({
    [path]: (_: URL, body: string) => ({
      status: { allowed: allowed((JSON.parse(body) as Asked).spec.resourceAttributes) },
    }),
  });

  test('is content with one who may do all that Helm does, in that namespace', () =>
    withFakeCluster(
      may(({ namespace, resource }) => namespace === 'shop' && resource === 'secrets'),
      async ({ kube, asked }) => {
        await requireRights(kube, 'shop');
        assert.is(asked.length, 5);
      },
    ));

  test('names all that is missing at once', () =>
    withFakeCluster(
      may(({ verb }) => verb === 'get' || verb === 'list'),
      async ({ kube }) => {
        const error = await rejects(
          requireRights(kube, 'shop'),
          /^the user of the kubeconfig may not create, update, delete secrets in namespace shop$/,
        );
        assert.is(codeOf(error), 'FORBIDDEN');
      },
    ));

  test('lets pass where the cluster does not tell', async () => {
    for (const answer of [403, 404, {}]) {
      await withFakeCluster({ [path]: answer }, async ({ kube, asked }) => {
        await requireRights(kube, 'shop');
        assert.is(asked.length, 5);
      });
    }
  });
});
