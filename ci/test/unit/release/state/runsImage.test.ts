import * as assert from 'uvu/assert';
import type { Report } from '../../../../core/report.ts';
import { assertRunsImage } from '../../../../release/state/runsImage.ts';
import { describe } from '../../../harness.ts';
import { withFakeCluster } from '../../kube/fakeCluster.ts';
import { deployed, digest, repository } from '../fakeRelease.ts';

const apps = '/apis/apps/v1/namespaces/shop-space';
const { deployments, replicaSets } = deployed({ pods: [], replicas: 0 });

/** The report after the look was taken twice. */
const reportOf = (image: string) =>
  withFakeCluster(
    {
      [`${apps}/deployments`]: { items: deployments },
      [`${apps}/statefulsets`]: { items: [] },
      [`${apps}/daemonsets`]: { items: [] },
      [`${apps}/replicasets`]: { items: replicaSets },
      '/api/v1/namespaces/shop-space/pods': 403,
      '/apis/batch/v1/namespaces/shop-space/jobs': 403,
    },
    async ({ kube }) => {
      const report: Pick<Report, 'notes' | 'notChecked'> = { notes: ['of somebody else'] };
      const ctx = {
        place: { kube, namespace: 'shop-space', release: 'shop' },
        report,
        signal: new AbortController().signal,
      };
      for (let looks = 0; looks < 2; looks++)
        await assertRunsImage(ctx as unknown as Parameters<typeof assertRunsImage>[0], image, 0);
      return report;
    },
  );

describe('assertRunsImage', (test) => {
  test('notes once what the check is not worth', async () => {
    const { notes, notChecked } = await reportOf(`${repository}@${digest}`);
    assert.is(notChecked, 1);
    assert.equal([...notes].sort(), [
      'Deployment shop has 0 replicas: nothing of it runs',
      'not checked: pods may not be listed',
      'of somebody else',
    ]);
  });
  test('notes that nobody knows what is meant', async () => {
    assert.equal((await reportOf('')).notes, [
      'of somebody else',
      'not checked: which image runs, since no ledger tells which one is meant',
    ]);
  });
});
