import * as assert from 'uvu/assert';
import type { ManifestObject } from '../../../../helm/manifest.ts';
import type { Managed, ManagedFields } from '../../../../kube/managedFields.ts';
import { type Drift, objectDrift } from '../../../../release/drift/objectDrift.ts';
import { describe } from '../../../harness.ts';

const helms: ManagedFields = {
  ...{ manager: 'helm', operation: 'Apply', time: '2026-01-01T00:00:00Z' },
  fieldsV1: {
    'f:spec': {
      'f:replicas': {},
      'f:selector': {},
      'f:template': {
        'f:spec': {
          'f:containers': {
            'k:{"name":"web"}': {
              '.': {},
              'f:image': {},
              'f:name': {},
              'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
            },
          },
        },
      },
    },
  },
};

interface Live {
  replicas?: number;
  env?: { name: string; value: string }[];
  more?: object;
  metadata?: object;
  by?: ManagedFields[];
}

/** A Deployment as the API server gives it. */
function deployment({ replicas = 1, env = [{ name: 'A', value: '1' }], more = {}, metadata = {}, by = [] }: Live = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', managedFields: [helms, ...by], ...metadata },
    spec: { replicas, selector: { app: 'shop' }, template: { spec: { containers: [{ name: 'web', env, ...more }] } } },
  } satisfies Managed;
}

const edited = (fieldsV1: Record<string, unknown>, more: Partial<ManagedFields> = {}): ManagedFields => ({
  ...{ manager: 'kubectl-edit', operation: 'Update', time: '2026-02-02T00:00:00Z', fieldsV1 },
  ...more,
});
const inWeb = (fields: object) => ({
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': fields } } } },
});

const object: ManifestObject = deployment();
const drift = (live: Managed, applied: Managed = live, of = object): Drift[] => objectDrift(of, applied, live);
const web = 'spec.template.spec.containers[web]';
const addedAt = '2026-02-02T00:00:00Z';
const by = `kubectl-edit at ${addedAt}`;

describe('objectDrift', (test) => {
  test('finds nothing where the apply changes nothing', () => {
    assert.equal(drift(deployment()), []);
  });
  test('names a changed field, and who changed it', () => {
    const live = deployment({ more: { image: 'a:2' }, by: [edited(inWeb({ 'f:image': {} }))] });
    assert.equal(drift(live, deployment({ more: { image: 'a:1' } })), [
      { object: 'Deployment shop', path: `${web}.image`, meant: 'a:1', live: 'a:2', by },
    ]);
  });
  test('names the latest of those who own a field, and nobody where nobody owns it', () => {
    const earlier = edited(inWeb({ 'f:image': {} }), { manager: 'kubectl-patch', time: '2026-01-31T00:00:00Z' });
    const live = deployment({ more: { image: 'a:2' }, by: [earlier, edited(inWeb({ 'f:image': {} }))] });
    assert.is(drift(live, deployment({ more: { image: 'a:1' } }))[0]?.by, by);
    assert.equal(drift(deployment(), deployment({ more: { image: 'a:1' } })), [
      { object: 'Deployment shop', path: `${web}.image`, meant: 'a:1', live: 'nothing' },
    ]);
  });
  test('names the owner of a map that is only ever replaced as a whole', () => {
    const live = deployment({ by: [edited({ 'f:spec': { 'f:selector': {} } })] });
    Object.assign(live.spec, { selector: { app: 'other' } });
    const { path, by: who } = drift(live, deployment())[0] ?? {};
    assert.equal([path, who], ['spec.selector.app', by]);
  });
  test('names an item that is gone from a list, and not those behind it', () => {
    const env = ['A', 'B', 'C'].map((name) => ({ name, value: name }));
    const live = deployment({ env: env.filter(({ name }) => name !== 'A') });
    assert.equal(
      drift(live, deployment({ env })).map(({ path, live: is }) => `${path} ${is}`),
      [`${web}.env[A] nothing`],
    );
  });
  test('names what was added beside the manifest, where the apply would let it be', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'DEBUG', value: '1' },
    ];
    const added = { 'f:env': { 'k:{"name":"DEBUG"}': { '.': {}, 'f:name': {}, 'f:value': {} } } };
    assert.equal(drift(deployment({ env, by: [edited(inWeb(added))] })), [
      {
        object: 'Deployment shop',
        path: `${web}.env[DEBUG]`,
        meant: 'nothing',
        live: '{"name":"DEBUG","value":"1"}',
        by,
        addedAt,
      },
    ]);
  });
  test('names an addition to a map, to a list of values, and one that is a whole', () => {
    const fields = {
      'f:metadata': { 'f:annotations': { '.': {}, 'f:example.org/a': {} }, 'f:finalizers': { 'v:"x"': {} } },
      'f:spec': { 'f:hosts': { 'v:"b"': {} }, 'f:template': { 'f:spec': { 'f:tolerations': {} } } },
    };
    const live = deployment({ metadata: { annotations: { 'example.org/a': 'b' } }, by: [edited(fields)] });
    Object.assign(live.spec, { hosts: ['a', 'b'] });
    Object.assign(live.spec.template.spec, { tolerations: [{ operator: 'Exists' }] });
    assert.equal(
      drift(live).map(({ path, live: is }) => `${path}: ${is}`),
      [
        'metadata.annotations[example.org/a]: b',
        'spec.hosts["b"]: b',
        'spec.template.spec.tolerations: [{"operator":"Exists"}]',
      ],
    );
  });
  test('takes no offence at what somebody has set to just what the manifest says', () => {
    const same = edited({ ...inWeb({ 'f:env': { 'k:{"name":"A"}': { 'f:value': {} } } }) });
    assert.equal(drift(deployment({ by: [same] })), []);
    // A map that is replaced as a whole belongs to the manifest with all that is in it.
    assert.equal(drift(deployment({ by: [edited({ 'f:spec': { 'f:selector': { 'f:app': {} } } })] })), []);
  });
  test('lets controllers work', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'INJECTED', value: '1' },
    ];
    const injected = inWeb({ 'f:env': { 'k:{"name":"INJECTED"}': { '.': {}, 'f:name': {} } } });
    for (const manager of ['reloader', 'kube-controller-manager', 'istiod', 'k3s'])
      assert.equal(drift(deployment({ env, by: [edited(injected, { manager })] })), [], manager);
  });
  test('lets an autoscaler scale, and names who scales by hand', () => {
    const scaled = { 'f:spec': { 'f:replicas': {} } };
    const live = (more: Partial<ManagedFields>) => deployment({ replicas: 3, by: [edited(scaled, more)] });
    const scaler = { manager: 'kube-controller-manager', subresource: 'scale' };
    assert.equal(drift(live(scaler), deployment()), []);
    for (const more of [{ manager: 'kubectl', subresource: 'scale' }, {}, { manager: 'kube-controller-manager' }])
      assert.is(drift(live(more), deployment())[0]?.path, 'spec.replicas', JSON.stringify(more));
  });
  test('lets an injector fill in a certificate that the manifest leaves open', () => {
    const webhook = (caBundle: string | undefined, manager = 'cert-manager-cainjector') => ({
      ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' },
      webhooks: [{ name: 'a.example.org', clientConfig: { caBundle } }],
      metadata: {
        name: 'shop',
        managedFields: [
          edited(
            { 'f:webhooks': { 'k:{"name":"a.example.org"}': { 'f:clientConfig': { 'f:caBundle': {} } } } },
            { manager },
          ),
        ],
      },
    });
    const [live, own] = [webhook('TElWRQ=='), webhook('T1dO')];
    for (const open of [undefined, '', 'Cg==']) assert.equal(drift(live, webhook(open), live), [], open);
    assert.is(drift(live, own, live)[0]?.path, 'webhooks[a.example.org].clientConfig.caBundle');
    assert.match(drift(webhook('TElWRQ==', 'kubectl-edit'), webhook(''), live)[0]?.by ?? '', /^kubectl-edit/);
  });
  test('leaves alone what Kubernetes and kubectl keep for themselves', () => {
    const annotations = (value: string) => ({
      'deployment.kubernetes.io/revision': value,
      'deprecated.daemonset.template.generation': value,
    });
    const own = (value: string) => ({
      ...deployment({ metadata: { annotations: annotations(value), generation: value, resourceVersion: value } }),
      status: { value },
    });
    assert.equal(drift(own('1'), own('2')), []);
    const restarted = { 'f:annotations': { 'f:kubectl.kubernetes.io/restartedAt': {} } };
    const live = deployment({ by: [edited({ 'f:spec': { 'f:template': { 'f:metadata': restarted } } })] });
    Object.assign(live.spec.template, { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } });
    assert.equal(drift(live), []);
    assert.equal(drift(deployment({ by: [edited({ 'f:status': { 'f:x': {} } })], metadata: {} })), []);
  });
  test('names an object that is being deleted', () => {
    assert.equal(drift(deployment({ metadata: { deletionTimestamp: '2026-02-02T00:00:00Z' } })), [
      { object: 'Deployment shop', path: '', meant: 'there', live: 'being deleted' },
    ]);
  });

  const secret = (data: Record<string, string>, fieldsByHand?: Record<string, unknown>) => ({
    ...{ apiVersion: 'v1', kind: 'Secret', data },
    metadata: {
      name: 'shop',
      managedFields: [
        { ...helms, fieldsV1: { 'f:stringData': { 'f:key': {} } } },
        ...(fieldsByHand ? [edited(fieldsByHand)] : []),
      ],
    },
  });
  test('shows no value of a Secret, and takes its stringData for what it is', () => {
    const live = secret({ key: 'bmV3', more: 'bW9yZQ==' }, { 'f:data': { 'f:key': {}, 'f:more': {} } });
    const found = drift(live, { ...live, data: { key: 'b2xk', more: 'bW9yZQ==' } }, secret({}));
    assert.equal(found, [
      { object: 'Secret shop', path: 'data.key', meant: 'not shown', live: 'changed', by },
      { object: 'Secret shop', path: 'data.more', meant: 'nothing', live: 'not shown', by, addedAt },
    ]);
  });
  test('shows nothing that looks like a secret elsewhere', () => {
    const password = 'swordfish';
    const env = (value: string) => [
      { name: 'A', value: '1' },
      ...['DB_PASSWORD', 'SLACK_WEBHOOK', 'PRIVATE_PEM'].map((name) => ({ name, value })),
      { name: 'PLAIN', value: `postgres://me:${value}@db/x` },
    ];
    const live = deployment({ env: env(password), more: { args: [{ name: 'API_TOKEN', value: password }] } });
    const found = drift(live, deployment({ env: env('other-than-that') }));
    assert.equal(
      found.map(({ path }) => path),
      [
        ...['DB_PASSWORD', 'SLACK_WEBHOOK', 'PRIVATE_PEM', 'PLAIN'].map((name) => `${web}.env[${name}].value`),
        `${web}.args`,
      ],
    );
    assert.not.match(JSON.stringify(found), /swordfish|other-than-that/);
  });
  test('cuts what is long', () => {
    const found = drift(deployment({ more: { image: 'a'.repeat(5000) } }), deployment({ more: { image: 'b' } }));
    assert.is(found[0]?.live.length, 121);
  });
});
