import type { V1Pod } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { compareRunning, parseImageId } from '../../../../release/state/compareRunning.ts';
import { describe } from '../../../harness.ts';
import { deployed, digest, image, other, pod, repository } from '../fakeRelease.ts';

/** The pod with another `imageID`. */
const withImageId = (imageID: string, more: Parameters<typeof pod>[0] = {}): V1Pod => pod({ imageID, ...more });

describe('parseImageId', (test) => {
  const manifest = { kind: 'manifest', repository: 'localhost:5000/shop', digest };
  test('reads the digest of a manifest as containerd, CRI-O and Docker write it', () => {
    assert.equal(parseImageId(`localhost:5000/shop@${digest}`), manifest);
    assert.equal(parseImageId(`docker-pullable://localhost:5000/shop@${digest}`), manifest);
  });
  test('does not take the id of an image for the digest of its manifest', () => {
    const hex = digest.slice('sha256:'.length);
    assert.equal(parseImageId(digest), { kind: 'config', id: digest });
    assert.equal(parseImageId(`docker://${digest}`), { kind: 'config', id: digest });
    assert.equal(parseImageId(hex), { kind: 'config', id: hex });
    assert.equal(parseImageId(''), { kind: 'none' });
  });
});

describe('compareRunning', (test) => {
  test('is content with pods that are ready, current and run the digest', () => {
    const running = deployed({ pods: [pod(), pod({ name: 'shop-2' })], replicas: 2 });
    assert.equal(compareRunning(running, image), { problems: [], said: [], pods: 2 });
  });
  test('is content with what Docker writes, and with another repository of the same manifest', () => {
    for (const imageID of [`docker-pullable://${repository}@${digest}`, `mirror.example.org/shop@${digest}`])
      assert.equal(compareRunning(deployed({ pods: [withImageId(imageID)] }), image).problems, [], imageID);
  });
  test('names a pod that was started by another digest', () => {
    const wrong = pod({ reference: `${repository}@${other}`, imageID: `${repository}@${other}` });
    assert.equal(compareRunning(deployed({ pods: [wrong] }), image).problems, [
      `pod shop-1, container web: runs by ${other}, meant is ${digest}`,
    ]);
  });
  test('names a pod whose tag was another image when it was started', () => {
    const moved = pod({ reference: `${repository}:1.0`, imageID: `${repository}@${other}` });
    assert.equal(compareRunning(deployed({ pods: [moved] }), image).problems, [
      `pod shop-1, container web: runs ${other}, meant is ${digest}`,
    ]);
  });
  test('says what cannot be compared: it neither fails nor passes in silence', () => {
    for (const imageID of [other, `docker://${other}`, other.slice(7), `aaa.example.org/x@${other}`]) {
      const byDigest = compareRunning(deployed({ pods: [withImageId(imageID)] }), image);
      assert.equal(byDigest.problems, [], imageID);
      assert.is(byDigest.said.length, 1, imageID);
      assert.ok(byDigest.said[0]?.includes(imageID), byDigest.said[0]);
      assert.match(byDigest.said[0] ?? '', /cannot be compared; it was asked for by the digest/);
      const byTag = compareRunning(
        deployed({ pods: [withImageId(imageID, { reference: `${repository}:1.0` })], reference: `${repository}:1.0` }),
        image,
      );
      assert.equal(byTag.problems, [], imageID);
      assert.match(byTag.said[0] ?? '', /what it runs is not known/);
    }
  });
  test('looks at containers that prepare the pod, too', () => {
    const wrong = pod({ initReference: `${repository}@${other}` });
    assert.equal(compareRunning(deployed({ pods: [wrong] }), image).problems, [
      `pod shop-1, container migrate: runs by ${other}, meant is ${digest}`,
    ]);
  });
  test('does not look at containers with other images', () => {
    const beside = pod();
    beside.spec?.containers.push({ name: 'proxy', image: `proxy@${other}` });
    assert.equal(compareRunning(deployed({ pods: [beside] }), image).problems, []);
  });
  test('names a pod that is not ready, and one that has not started', () => {
    assert.equal(compareRunning(deployed({ pods: [pod({ ready: false })] }), image).problems, [
      'pod shop-1 is not ready',
    ]);
    assert.equal(compareRunning(deployed({ pods: [pod({ ready: false, imageID: '' })] }), image).problems, [
      'pod shop-1 is not ready',
      `pod shop-1, container web: has not started, meant is ${digest}`,
    ]);
  });
  test('names a pod of an older replica set, unless it is ending or has ended', () => {
    const old = pod({ name: 'shop-old', owner: 'set-1' });
    assert.equal(compareRunning(deployed({ pods: [pod(), old] }), image).problems, [
      'pod shop-old is of an older revision of Deployment shop',
    ]);
    const ending = pod({ name: 'shop-old', owner: 'set-1', metadata: { deletionTimestamp: new Date(0) } });
    const evicted = pod({ name: 'shop-old', owner: 'set-1', phase: 'Failed', ready: false });
    assert.equal(compareRunning(deployed({ pods: [pod(), ending, evicted] }), image), {
      problems: [],
      said: [],
      pods: 1,
    });
  });
  test('names a deployment that has fewer pods than it is to have', () => {
    assert.equal(compareRunning(deployed({ pods: [] }), image).problems, ['Deployment shop: 0 of 1 pods are there']);
    assert.equal(compareRunning(deployed({ pods: [pod()], replicas: 3 }), image).problems, [
      'Deployment shop: 1 of 3 pods are there',
    ]);
  });
  test('says that 0 replicas run nothing', () => {
    assert.equal(compareRunning(deployed({ pods: [], replicas: 0 }), image), {
      problems: [],
      said: ['Deployment shop has 0 replicas: nothing of it runs'],
      pods: 0,
    });
  });
  test('names a deployment that is set to another digest, though its pods have not followed', () => {
    const running = deployed({ pods: [pod()], reference: `${repository}@${other}` });
    assert.equal(compareRunning(running, image).problems, [
      `Deployment shop: container web is set to ${other}, meant is ${digest}`,
    ]);
  });
  test('names a deployment that was set to another repository', () => {
    const reference = `elsewhere/shop@${digest}`;
    const left = 'Deployment shop: it is set to other images than localhost:5000/shop';
    assert.equal(compareRunning(deployed({ pods: [pod()], reference }), image).problems, [left]);
    assert.equal(
      compareRunning(deployed({ pods: [pod({ reference, initReference: reference })], reference }), image).problems,
      ['no workload of the release uses the image localhost:5000/shop'],
    );
  });
  test('names a change that the cluster has not taken note of', () => {
    assert.equal(compareRunning(deployed({ pods: [pod()], generation: 3, observed: 2 }), image).problems, [
      'Deployment shop: the cluster has not taken note of its last change',
    ]);
  });
  test('does not take the pods of others for its own', () => {
    const stranger = pod({ name: 'stranger', owner: 'set-of-another', reference: `${repository}@${other}` });
    assert.equal(compareRunning(deployed({ pods: [pod(), stranger] }), image).problems, []);
  });
  test('says that there is nothing that could run', () => {
    const empty = { deployments: [], statefulSets: [], daemonSets: [], replicaSets: [], pods: [] };
    assert.equal(compareRunning(empty, image), {
      problems: [],
      said: ['the release has no Deployment, StatefulSet or DaemonSet'],
      pods: 0,
    });
  });

  const owned = { uid: 'own', name: 'own' };
  const spec = {
    selector: {},
    template: { spec: { containers: [{ name: 'web', image: `${repository}@${digest}` }] } },
  };
  const of = (labels: Record<string, string>): V1Pod => pod({ owner: 'own', metadata: { labels } });
  const none = { deployments: [], statefulSets: [], daemonSets: [], replicaSets: [] };
  test('knows the current pods of a StatefulSet', () => {
    const statefulSets = [
      { metadata: owned, spec: { ...spec, serviceName: '' }, status: { replicas: 1, updateRevision: 'b' } },
    ];
    const judge = (hash: string) =>
      compareRunning({ ...none, statefulSets, pods: [of({ 'controller-revision-hash': hash })] }, image).problems;
    assert.equal(judge('b'), []);
    assert.equal(judge('a'), ['pod shop-1 is of an older revision of StatefulSet own']);
  });
  test('knows the current pods of a DaemonSet', () => {
    const annotations = { 'deprecated.daemonset.template.generation': '2' };
    const status = { desiredNumberScheduled: 1, currentNumberScheduled: 1, numberMisscheduled: 0, numberReady: 1 };
    const daemonSets = [{ metadata: { ...owned, annotations }, spec, status }];
    const judge = (generation: string) =>
      compareRunning({ ...none, daemonSets, pods: [of({ 'pod-template-generation': generation })] }, image).problems;
    assert.equal(judge('2'), []);
    assert.equal(judge('1'), ['pod shop-1 is of an older revision of DaemonSet own']);
  });
});
