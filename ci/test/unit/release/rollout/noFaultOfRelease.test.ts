import * as assert from 'uvu/assert';
import type { Surroundings } from '../../../../release/rollout/failFast.ts';
import { noFaultOfRelease } from '../../../../release/rollout/noFaultOfRelease.ts';
import { describe } from '../../../harness.ts';

const quiet: Surroundings = { silent: false, pods: [] };
const codeOf = (line: string, seen = quiet) => noFaultOfRelease(['walk.go:75: found symbolic link', line], seen)?.code;

describe('noFaultOfRelease', (test) => {
  const gone = [
    'Error: UPGRADE FAILED: Get "https://k:6443/api/v1/namespaces/shop/secrets?labelSelector=x": dial tcp 10.0.0.1:6443: connect: connection refused',
    'Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred: * client rate limiter Wait returned an error: context deadline exceeded',
    'Error: unable to get pod logs for shop-test: Get "https://k:6443/x/log": net/http: TLS handshake timeout',
    'Error: 1 error occurred: * etcdserver: leader changed',
    'Error: UPGRADE FAILED: the server is currently unable to handle the request',
    'Error: UPGRADE FAILED: Patch "https://k:6443/x": read tcp 10.0.0.2:4->10.0.0.1:6443: read: connection reset by peer',
    'Error: UPGRADE FAILED: Get "https://k:6443/x": dial tcp 10.0.0.1:6443: i/o timeout',
    'Error: UPGRADE FAILED: Get "https://k:6443/x": unexpected EOF',
  ];
  for (const line of gone)
    test(`sees an API server that went away in: ${line.slice(0, 70)}…`, () => assert.is(codeOf(line), 'CLUSTER'));

  test('sees a right that is missing half-way', () => {
    const words =
      'deployments.apps is forbidden: User "system:serviceaccount:shop:deployer" cannot patch resource "deployments" in API group "apps" in the namespace "shop"';
    assert.equal(noFaultOfRelease([`Error: UPGRADE FAILED: ${words}`], quiet), {
      code: 'FORBIDDEN',
      why: 'system:serviceaccount:shop:deployer may not patch deployments.apps in namespace shop',
    });
    assert.is(noFaultOfRelease([`W1: ${words}`, 'Error: UPGRADE FAILED: job shop-migrate failed'], quiet), null);
  });

  test('sees hooks and tests that the cluster could not run', () => {
    const pods = ['pod shop-test: not scheduled: 0/1 nodes are available'];
    assert.equal(
      noFaultOfRelease(['Error: 1 error occurred: * timed out waiting for the condition'], { ...quiet, pods }),
      {
        code: 'NOT_TRIED',
        why: pods[0],
      },
    );
  });

  test('asks for a time that was up whether the API server was away meanwhile', () => {
    const late =
      'Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred: * timed out waiting for the condition';
    assert.is(codeOf(late), undefined);
    assert.is(codeOf(late, { ...quiet, silent: true }), 'CLUSTER');
  });

  test('takes anything else for the fault of the release, also when the API server was away for a moment', () => {
    const bad = [
      'Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred: * job shop-migrate failed: BackoffLimitExceeded',
      'Error: 1 error occurred: * pod shop-test failed',
      'Error: UPGRADE FAILED: template: django-app/templates/x.yaml:3: function "no" not defined',
    ];
    for (const line of bad) assert.is(codeOf(line, { ...quiet, silent: true }), undefined, line);
  });
});
