import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, StorageV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { administrator, runs } from './support/administered.ts';
import { namespace } from './support/namespace.ts';
import { cleanUp } from './support/place.ts';
import { shared } from './support/shared.ts';

describe('k8s/', (test) => {
  test('is what `kubectl apply -k` takes, as it lies there, and a second time changes nothing', async () => {
    const all = await shared();
    const script = `
      trap 'kubectl delete -k /k8s --wait=false > /dev/null' EXIT
      kubectl delete namespace shop --ignore-not-found > /dev/null
      kubectl apply -k /k8s
      kubectl apply -k /k8s | grep -v unchanged || true
      kubectl get --namespace shop resourcequota,limitrange,role,rolebinding --output name`;
    assert.equal((await runs(await administrator(all), script)).trim().split('\n'), [
      'namespace/shop created',
      'resourcequota/quota created',
      'serviceaccount/deployer created',
      'role.rbac.authorization.k8s.io/deployer created',
      'rolebinding.rbac.authorization.k8s.io/deployer created',
      'limitrange/defaults created',
      'resourcequota/quota',
      'limitrange/defaults',
      'role.rbac.authorization.k8s.io/deployer',
      'rolebinding.rbac.authorization.k8s.io/deployer',
    ]);
  });
}, 600_000);

describe('the NFS volume', (test) => {
  test('is accepted with its mount options, taken by the claim that it is for, and kept when that goes', async () => {
    const all = await shared();
    const name = await namespace(all, 'nfs');
    const suffix = `-${randomBytes(3).toString('hex')}`;
    const [volume, storageClassName] = [`shop.shop-django-app-data${suffix}`, `nfs${suffix}`];
    const core = all.cluster.kube.makeApiClient(CoreV1Api);
    const storage = all.cluster.kube.makeApiClient(StorageV1Api);
    const overlay = `
resources: [../k8s/nfs]
nameSuffix: '${suffix}'
patches:
  - target: { kind: PersistentVolume }
    patch: '[{ "op": "replace", "path": "/spec/claimRef/namespace", "value": "${name}" }]'
`;
    await runs((await administrator(all)).withNewFile('/site/kustomization.yaml', overlay), 'kubectl apply -k /site');
    cleanUp(() => core.deletePersistentVolume({ name: volume }));
    cleanUp(() => storage.deleteStorageClass({ name: storageClassName }));

    const { spec } = await core.readPersistentVolume({ name: volume });
    assert.equal(spec?.mountOptions, ['nfsvers=4.1', 'hard', 'lookupcache=positive']);
    assert.is(spec?.storageClassName, storageClassName);
    const claim = { name: 'shop-django-app-data', namespace: name };
    await core.createNamespacedPersistentVolumeClaim({
      namespace: name,
      body: {
        metadata: { name: claim.name },
        spec: { storageClassName, accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
      },
    });
    const taken = async () => await core.readNamespacedPersistentVolumeClaim(claim);
    // Kubernetes binds the volume first, and the claim a moment later.
    while ((await taken()).status?.phase !== 'Bound') await sleep(300);
    assert.is((await taken()).spec?.volumeName, volume);
    const phase = async () => (await core.readPersistentVolume({ name: volume })).status?.phase;
    await core.deleteNamespacedPersistentVolumeClaim(claim);
    while ((await phase()) === 'Bound') await sleep(300);
    assert.is(await phase(), 'Released', 'the files wait for a person');
  });
}, 600_000);
