import * as assert from 'uvu/assert';
import { liveServing, servingTemplate } from '../../../rehearsal/template.ts';
import { describe } from '../../harness.ts';
import { deployment, image, podSpec, reference, web } from './templates.ts';

describe('the template that serves', (test) => {
  const worker = deployment('worker', { containers: [{ name: 'worker', image: reference }] });

  test('is the one that opens a port, of those that run the image', () => {
    const cache = deployment('cache', { containers: [{ ...web, image: 'redis:7' }] });
    assert.is(
      servingTemplate([cache, worker, deployment('shop', podSpec, 'StatefulSet')], image)?.workload,
      'StatefulSet shop',
    );
    assert.is(servingTemplate([worker], image)?.workload, 'Deployment worker');
    assert.is(servingTemplate([cache], image), null);
  });

  test('has the claims of a StatefulSet among its volumes', () => {
    const object = deployment('shop', podSpec, 'StatefulSet');
    Object.assign(object['spec'] as object, { volumeClaimTemplates: [{ metadata: { name: 'db' } }] });
    const claims = servingTemplate([object], image)?.spec.volumes?.map((each) => each.persistentVolumeClaim?.claimName);
    assert.equal(claims, ['shop-data', undefined, 'db-shop-0']);
  });

  test('runs another image in the live release', () => {
    const live = deployment('shop', { ...podSpec, containers: [{ ...web, image: 'elsewhere/shop:1@sha256:2' }] });
    const next = { objects: [deployment('shop', podSpec)], image };
    assert.equal(liveServing([live], next), { repository: 'elsewhere/shop', tag: '1', digest: 'sha256:2' });
    assert.is(liveServing([], next), null);
  });
});
