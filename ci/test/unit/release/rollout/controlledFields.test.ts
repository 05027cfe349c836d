import * as assert from 'uvu/assert';
import { readableObjects } from '../../../../helm/manifest.ts';
import {
  type ControlledField,
  controlledFields,
  controlledNote,
  endangered,
  withControlled,
} from '../../../../release/rollout/controlledFields.ts';
import { describe } from '../../../harness.ts';
import { type Answer, withFakeCluster } from '../../kube/fakeCluster.ts';

const manifest = `---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 1, paused: false}
---
# Source: shop/templates/hook.yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks:
  - {name: a.example.org, clientConfig: {caBundle: ""}}
  - {name: b.example.org, clientConfig: {caBundle: T1dO}}
`;

const apps = '/apis/apps/v1';
const admission = '/apis/admissionregistration.k8s.io/v1';
const autoscalers = '/apis/autoscaling/v2/namespaces/space/horizontalpodautoscalers';
const web = `${apps}/namespaces/space/deployments/web`;

const scaler = { manager: 'kube-controller-manager', operation: 'Update', subresource: 'scale' };
const live = (replicas: number, by: object = scaler, own = {}) => ({
  metadata: { name: 'web', managedFields: [{ ...by, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }], ...own },
  spec: { replicas },
});
const filled = (name: string) => ({ [`k:{"name":"${name}"}`]: { 'f:clientConfig': { 'f:caBundle': {} } } });
const hook = {
  metadata: {
    name: 'hook',
    managedFields: [
      {
        ...{ manager: 'cert-manager-cainjector', operation: 'Update' },
        fieldsV1: { 'f:webhooks': { ...filled('a.example.org'), ...filled('b.example.org') } },
      },
    ],
  },
  webhooks: [
    { name: 'a.example.org', clientConfig: { caBundle: 'TElWRQ==' } },
    { name: 'b.example.org', clientConfig: { caBundle: 'TElWRQ==' } },
  ],
};
const autoscaler = (metadata = {}, name = 'web') => ({
  metadata: { name: 'by-team', namespace: 'space', ...metadata },
  spec: { scaleTargetRef: { kind: 'Deployment', name }, maxReplicas: 9 },
});

const kind = (name: string, of: string, namespaced = true) => ({ name, kind: of, namespaced });
const cluster: Record<string, Answer> = {
  [apps]: { resources: [kind('deployments', 'Deployment')] },
  [admission]: {
    resources: [kind('validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', false)],
  },
  [`${admission}/validatingwebhookconfigurations/hook`]: hook,
  [web]: live(5),
  [autoscalers]: { items: [autoscaler()] },
};

const look = (
  routes: Record<string, Answer> = {},
  text = manifest,
): Promise<{ fields: ControlledField[]; after: string }> =>
  withFakeCluster({ ...cluster, ...routes }, async ({ kube }) => {
    const place = { kube, namespace: 'space', release: 'shop' };
    const fields = endangered(await controlledFields(place, readableObjects(text)));
    return { fields, after: withControlled(text, place, fields) };
  });
const notes = async (routes: Record<string, Answer> = {}, text = manifest) =>
  (await look(routes, text)).fields.filter(({ object }) => object.kind === 'Deployment').map(controlledNote);

const left = [
  'left to its autoscaler: Deployment web, spec.replicas: 5 instead of 1; the chart should leave it out where something else scales',
];

describe('controlledFields', (test) => {
  test('are the number of an autoscaler, and a certificate that the chart leaves open', async () => {
    assert.equal((await look()).fields.map(controlledNote), [
      ...left,
      'left to its controller: ValidatingWebhookConfiguration hook, webhooks[a.example.org].clientConfig.caBundle (set by cert-manager-cainjector); the chart should leave it out',
    ]);
  });

  test('are none where a person scaled, or nothing scales any more', async () => {
    assert.equal(
      await notes({ [web]: live(5, { manager: 'kubectl', operation: 'Update', subresource: 'scale' }) }),
      [],
    );
    assert.equal(await notes({ [web]: live(5, { manager: 'kubectl-edit', operation: 'Update' }) }), []);
    assert.equal(await notes({ [autoscalers]: { items: [] } }), []);
    assert.equal(await notes({ [autoscalers]: { items: [autoscaler({}, 'other')] } }), []);
    const going = autoscaler({ deletionTimestamp: '2026-01-01T00:00:00Z' });
    assert.equal(await notes({ [autoscalers]: { items: [going] } }), []);
  });

  test('are none where the number is the same, there are no pods, or no such object yet', async () => {
    for (const answer of [live(1), live(0), 404, 403]) assert.equal(await notes({ [web]: answer }), []);
  });

  test('are none of an autoscaler that goes with this manifest, be it by way of another object', async () => {
    const annotations = { 'meta.helm.sh/release-name': 'shop' };
    const own = { [autoscalers]: { items: [autoscaler({ annotations })] } };
    assert.equal(await notes(own), []);
    const itself = `${manifest}---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: by-team}\n`;
    assert.equal(await notes(own, itself), left);
    const ownerReferences = [
      { controller: true, kind: 'ScaledObject', name: 'web', apiVersion: 'keda.sh/v1alpha1', uid: '1' },
    ];
    const keda = { [autoscalers]: { items: [autoscaler({ annotations, ownerReferences })] } };
    assert.equal(await notes(keda), []);
    const scaled = `${manifest}---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: web}\n`;
    assert.equal(await notes(keda, scaled), left);
  });

  test('stay in the hands of controllers when a manifest has followed them', () =>
    withFakeCluster(cluster, async ({ kube }) => {
      const place = { kube, namespace: 'space', release: 'shop' };
      const following = withControlled(manifest, place, await controlledFields(place, readableObjects(manifest)));
      const fields = await controlledFields(place, readableObjects(following));
      assert.equal(
        fields.map(({ object, meant }) => [object.kind, meant]),
        [
          ['Deployment', 5],
          ['ValidatingWebhookConfiguration', undefined],
        ],
      );
      assert.equal(endangered(fields), []);
    }));

  test('get their live values in the manifest, or leave it, and all else stays', async () => {
    const { after } = await look();
    const [deployment, webhooks] = readableObjects(after);
    assert.equal(deployment?.['spec'], { replicas: 5, paused: false });
    assert.equal(webhooks?.['webhooks'], [
      { name: 'a.example.org', clientConfig: {} },
      { name: 'b.example.org', clientConfig: { caBundle: 'T1dO' } },
    ]);
    assert.is(
      (await look({ [autoscalers]: { items: [] } }, manifest.split(/^(?=---)/m)[0])).after,
      manifest.split(/^(?=---)/m)[0],
    );
  });
});
