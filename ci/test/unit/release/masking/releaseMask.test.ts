import type { KubeConfig } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { secretValues } from '../../../../config/secretValues.ts';
import type { Config } from '../../../../core/config.ts';
import { readableObjects } from '../../../../helm/manifest.ts';
import { encodeRecord } from '../../../../helm/storage.ts';
import { createMask } from '../../../../log/mask.ts';
import { referredSecrets } from '../../../../release/masking/redact.ts';
import { releaseMask } from '../../../../release/masking/releaseMask.ts';
import { describe } from '../../../harness.ts';
import { withFakeCluster } from '../../kube/fakeCluster.ts';

const core = '/api/v1/namespaces/shop-space';

const pods = `
spec:
  template:
    spec:
      initContainers:
        - env: [{ name: A, valueFrom: { secretKeyRef: { name: by-variable, key: a } } }]
      containers:
        - envFrom: [{ secretRef: { name: as-a-whole } }, { configMapRef: { name: no-secret } }]
      volumes:
        - { name: one, secret: { secretName: by-volume } }
        - { name: two, projected: { sources: [{ secret: { name: by-projection } }] } }
        - { name: three, configMap: { name: neither } }
      imagePullSecrets: [{ name: for-the-node }]
`;

function record(version: number, manifest: string, hook = ''): object {
  const release = encodeRecord({ version, info: { status: 'failed' }, manifest, hooks: [{ manifest: hook }] });
  return { metadata: { labels: { version: String(version) } }, data: { release } };
}

const secret = (value: string) => `kind: Secret\nstringData: { key: ${value} }\n`;
const stored = (value: string) => ({ data: { key: Buffer.from(value).toString('base64') } });

const maskOf = (kube: KubeConfig, more: string[] = []) => {
  const config = {
    namespace: 'shop-space',
    release: 'shop',
    source: 'https://ann:of-the-source@git.example',
  } as Config;
  const mask = createMask(secretValues(config));
  return releaseMask({ place: { kube, namespace: 'shop-space', release: 'shop' }, mask }, more);
};

describe('referredSecrets', (test) => {
  test('finds what pods refer to, and not what only the node uses', () => {
    const names = ['by-variable', 'as-a-whole', 'by-volume', 'by-projection'];
    assert.equal(referredSecrets(readableObjects(`kind: Deployment\n${pods}`)), names);
    assert.equal(referredSecrets(readableObjects('kind: Secret\nmetadata: { name: x }\nsecret: text\n')), []);
  });
});

describe('releaseMask', (test) => {
  test('hides the secrets of the chart, of its hooks and of the settings', () =>
    withFakeCluster(
      {
        [`${core}/secrets`]: {
          items: [
            record(9, secret('of-revision-9')),
            record(11, `kind: List\nitems: [{ kind: Secret, stringData: { key: of-revision-11 } }]`),
            record(10, secret('of-revision-10'), secret('of-the-hook')),
          ],
        },
      },
      async ({ kube, asked }) => {
        const mask = await maskOf(kube, [secret('of-the-caller')]);
        assert.is(mask('of-revision-11 of-revision-10 of-the-hook of-the-caller of-the-source'), '*** *** *** *** ***');
        assert.is(mask('of-revision-9 at postgres://ann:pass@db'), 'of-revision-9 at postgres://***@db');
        assert.match(asked[0] ?? '', encodeURIComponent('owner=helm,name=shop'));
      },
    ));

  test('hides the secrets that its pods refer to, as they are now', () =>
    withFakeCluster(
      {
        [`${core}/secrets`]: { items: [record(1, `kind: Deployment\n${pods}`)] },
        [`${core}/secrets/by-variable`]: stored('made-by-a-hook'),
        [`${core}/secrets/as-a-whole`]: stored('made-by-hand\nof-two-lines'),
        [`${core}/secrets/by-volume`]: 403,
      },
      async ({ kube }) => {
        const mask = await maskOf(kube);
        assert.is(mask('a made-by-a-hook b of-two-lines c'), 'a *** b *** c');
      },
    ));

  test('never throws', () =>
    withFakeCluster({ [`${core}/secrets`]: { items: [{ data: { release: 'bm8gcmVjb3Jk' } }] } }, async ({ kube }) => {
      assert.is((await maskOf(kube))('x of-the-source'), 'x ***');
      await withFakeCluster({}, async (empty) => assert.is((await maskOf(empty.kube))('x'), 'x'));
    }));
});
