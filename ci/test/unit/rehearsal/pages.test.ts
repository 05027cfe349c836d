import * as assert from 'uvu/assert';
import type { ManifestObject } from '../../../helm/manifest.ts';
import type { V1Container } from '../../../kube/plain.ts';
import { chartChecks } from '../../../rehearsal/chartChecks.ts';
import { pagesOf } from '../../../rehearsal/pages.ts';
import { describe } from '../../harness.ts';
import { image, reference, web } from './templates.ts';

describe('what is asked in a rehearsal', (test) => {
  test('is the page of the probes with their headers, and the first page', () => {
    const headers = { Host: 'shop.example.com' };
    assert.equal(pagesOf(web), {
      ...{ port: 8000, scheme: 'HTTP', seconds: 117 },
      visits: [
        { name: 'health', path: '/health/', headers },
        { name: 'page', path: '/', headers },
      ],
    });
    const bare = { name: 'web', ports: [{ containerPort: 80 }] };
    assert.equal(pagesOf(bare), {
      port: 80,
      scheme: 'HTTP',
      seconds: 120,
      visits: [{ name: 'page', path: '/', headers: {} }],
    });
    assert.is(pagesOf({ name: 'web', readinessProbe: { tcpSocket: { port: 81 } } }).port, 81);
    assert.is(pagesOf({ name: 'web' }).port, null);
  });

  test("is what our chart's tests ask, at the pod's own address", () => {
    const asked = JSON.stringify({ visits: ['page', '/'], service: 'shop', port: 80, host: 'h' });
    const args = ['checks', asked, 'visit', 'run', 'schema', 'S', 'ahead', 'A', 'static', 'T'];
    const container = { name: 'checks', image: reference, command: ['python', '-c'], args };
    const pod = (hook: string, changes: Partial<V1Container> = {}): ManifestObject => ({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'test', annotations: { 'helm.sh/hook': hook } } },
      spec: { containers: [{ ...container, ...changes }] },
    });
    const found = chartChecks([pod('test')], image, 8000, ['ahead']);
    assert.equal(found?.command.slice(0, 3), ['python', '-c', 'checks']);
    assert.equal(JSON.parse(found?.command[3] ?? ''), { visits: [], service: '127.0.0.1', port: 8000, host: 'h' });
    assert.equal(found?.command.slice(4), ['visit', 'run', 'schema', 'S', 'static', 'T']);
    const others = [
      pod('pre-upgrade'),
      pod('test', { image: 'other:1' }),
      pod('test', { args: ['x', '{}', 'y', 'z'] }),
    ];
    assert.is(chartChecks(others, image, 8000), null);
    assert.is(chartChecks([pod('test')], image, null), null);
  });
});
