import * as assert from 'uvu/assert';
import type { ManifestObject } from '../../../helm/manifest.ts';
import { withCopies } from '../../../rehearsal/references.ts';
import { describe } from '../../harness.ts';
import { deployment } from './templates.ts';

describe('what a rehearsed release refers to', (test) => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'key', annotations: {} },
    immutable: true,
    data: { a: 'b' },
  };
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'key' }, data: {} };

  test('is a copy where the chart makes it, by any way to refer to it', () => {
    const object = (secretName: string, configName: string) =>
      deployment('shop', {
        imagePullSecrets: [{ name: secretName }],
        containers: [
          {
            name: 'web',
            env: [{ name: 'A', valueFrom: { secretKeyRef: { name: secretName, key: 'key' } } }],
            envFrom: [{ configMapRef: { name: configName } }, { secretRef: { name: 'of somebody else' } }],
          },
        ],
        volumes: [
          { name: 'a', secret: { secretName } },
          {
            name: 'b',
            projected: { sources: [{ configMap: { name: configName } }, { secret: { name: secretName } }] },
          },
        ],
      });
    const { objects, copies } = withCopies([secret, config, object('key', 'key')], 'run');
    const [first, second] = copies.map(({ metadata }) => metadata.name).sort();
    assert.equal(objects, [object(second ?? '', first ?? '')]);
    assert.is.not(first, second);
    const { data, immutable, metadata } = copies.find(({ kind }) => kind === 'Secret') as ManifestObject;
    assert.equal([data, immutable, metadata], [{ a: 'b' }, undefined, { name: second }]);
  });
});
