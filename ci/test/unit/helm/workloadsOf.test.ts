import * as assert from 'uvu/assert';
import { workloadsOf } from '../../../helm/manifest.ts';
import { describe } from '../../harness.ts';

const manifest = `---
# Source: shop/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: shop
---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: data }
---
apiVersion: v1
kind: List
items:
  - { apiVersion: apps/v1, kind: DaemonSet, metadata: { name: log } }
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: settings } }
---
apiVersion: example.org/v1
kind: Deployment
metadata: { name: of-somebody-else }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: alone }
---
# nothing here
---
apiVersion: apps/v1
kind: Deployment
`;

describe('workloadsOf', (test) => {
  test('finds what has a rollout, in lists and in other namespaces, too', () => {
    assert.equal(workloadsOf(manifest), [
      { kind: 'Deployment', name: 'shop' },
      { kind: 'StatefulSet', name: 'db', namespace: 'data' },
      { kind: 'DaemonSet', name: 'log' },
    ]);
  });

  test('finds nothing in nothing, and in what is no object', () => {
    assert.equal(workloadsOf(''), []);
    assert.equal(workloadsOf('--- just a text\n---\n- 1\n'), []);
  });
});
