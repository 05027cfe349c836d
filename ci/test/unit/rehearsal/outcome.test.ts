import * as assert from 'uvu/assert';
import type { V1ContainerStatus, V1Pod } from '../../../kube/plain.ts';
import { isLeft } from '../../../rehearsal/leftovers.ts';
import { nodeOf } from '../../../rehearsal/live.ts';
import { endingOf, outcomeOf } from '../../../rehearsal/outcome.ts';
import { holderAnnotation } from '../../../rehearsal/rehearse.ts';
import { summaryOf } from '../../../stages/rehearse.ts';
import { describe } from '../../harness.ts';

const [prepare, migrate, check] = ['rehearsal-prepare', 'rehearsal-migrate', 'rehearsal-check'];

function ended(name: string, exitCode: number, reason = 'Error'): V1ContainerStatus {
  return { name, state: { terminated: { exitCode, reason } }, ready: false, restartCount: 0, image: '', imageID: '' };
}
const runs = (name: string): V1ContainerStatus => ({ ...ended(name, 0), state: { running: {} } });

function pod(
  initial: V1ContainerStatus[],
  containers: V1ContainerStatus[],
  status: NonNullable<V1Pod['status']> = {},
): V1Pod {
  return {
    metadata: { name: 'shop-rehearsal' },
    spec: { restartPolicy: 'Never', containers: [{ name: 'web' }, { name: check }] },
    status: { phase: 'Running', initContainerStatuses: initial, containerStatuses: containers, ...status },
  };
}

const found = 'rehearsal found: {"database": "sqlite", "pending": ["a.0001"], "bytes": 9}';

function outcome(of: V1Pod, lines: string[]) {
  const ending = endingOf(of);
  assert.ok(ending);
  return outcomeOf(of, ending, { any: lines });
}

describe('a rehearsal', (test) => {
  test('goes on until its last check has ended', () => {
    assert.is(endingOf(pod([ended(prepare, 0), ended(migrate, 0)], [runs('web'), runs(check)])), null);
    const over = pod([ended(prepare, 0), ended(migrate, 0)], [runs('web'), ended(check, 0, 'Completed')]);
    assert.equal(outcome(over, [found, 'rehearsal migrate: ok', 'check schema: ok']), {
      ...{ kind: 'passed', found: { database: 'sqlite', pending: ['a.0001'], bytes: 9 } },
      checks: ['migrate', 'schema'],
    });
  });

  test('has failed by what the application did', () => {
    const cases: [V1Pod, string[], string][] = [
      [pod([ended(prepare, 1)], []), ['rehearsal settings: FAILED: KeyError: 1'], 'settings: KeyError: 1'],
      [pod([ended(prepare, 1)], []), [], 'container rehearsal-prepare ended with exit code 1'],
      [pod([ended(migrate, 1)], []), [found, 'rehearsal migrate: FAILED: x ended'], 'migrate: x ended'],
      [pod([], [ended('web', 3), runs(check)]), [found], 'container web ended with exit code 3'],
      [pod([], [ended('web', 137, 'OOMKilled')]), [found], 'container web ended with exit code 137, OOMKilled'],
      [
        pod([], [runs('web'), ended(check, 1)]),
        [found, 'rehearsal page: FAILED: / answers 500: the app fails', 'check schema: FAILED: table'],
        'page: / answers 500: the app fails; schema: table',
      ],
      [
        pod([], [runs('web'), runs(check)], { phase: 'Failed', reason: 'DeadlineExceeded' }),
        [found],
        'it did not come to its end in time, with web, rehearsal-check at work',
      ],
    ];
    for (const [of, lines, why] of cases) assert.equal(outcome(of, lines), { kind: 'failed', why });
  });

  test('could not be by anything else', () => {
    const waiting = (name: string, reason: string, message: string): V1ContainerStatus => ({
      ...ended(name, 0),
      state: { waiting: { reason, message } },
    });
    const cases: [V1Pod, string[], RegExp][] = [
      [pod([ended(prepare, 4)], []), ['rehearsal copy: CANNOT: no room'], /^copy: no room$/],
      [pod([ended(prepare, 127, 'StartError')], []), [], /StartError$/],
      [pod([ended(prepare, 137, 'OOMKilled')], []), [], /OOMKilled$/],
      [pod([], [], { phase: 'Failed', reason: 'OutOfcpu', message: 'no cpu' }), [], /^OutOfcpu: no cpu$/],
      [pod([runs(prepare)], [], { phase: 'Failed', reason: 'DeadlineExceeded' }), [], /^DeadlineExceeded$/],
      [
        pod([waiting(prepare, 'ErrImagePull', 'unauthorized')], [], { phase: 'Pending' }),
        [],
        /ErrImagePull: unauthorized/,
      ],
      [
        pod([waiting(prepare, 'CreateContainerConfigError', 'secret "x" not found')], [], { phase: 'Pending' }),
        [],
        /secret "x" not found/,
      ],
      [{ ...pod([], []), metadata: { deletionTimestamp: new Date() } }, [], /removed by somebody else/],
    ];
    for (const [of, lines, why] of cases) {
      const { kind, ...rest } = outcome(of, lines);
      assert.is(kind, 'cannot');
      assert.match((rest as { why: string }).why, why);
    }
    const unplaced = { type: 'PodScheduled', status: 'False', message: 'Insufficient cpu' };
    const ending = endingOf(pod([], [], { phase: 'Pending', conditions: [unplaced] }));
    assert.match(ending?.why ?? '', 'Insufficient cpu');
    assert.ok((ending?.graceSeconds ?? 0) > 10, 'there may be room in a moment');
    assert.match(endingOf(null)?.why ?? '', 'removed by somebody else');
  });

  test('on a server with pending migrations ends before the application is started', () => {
    const lines = [found.replace('sqlite', 'postgresql'), 'rehearsal end: ok'];
    const { kind, checks } = outcome(pod([ended(prepare, 3)], []), lines) as { kind: string; checks: string[] };
    assert.equal([kind, checks], ['passed', []]);
  });

  test('is told in one line', () => {
    const all = { database: 'sqlite', pending: ['a.1', 'a.2'], bytes: 1_200_000 };
    assert.is(
      summaryOf(['page', 'schema'], all, true),
      'page, schema on a copy of 1.2 MB; 2 migrations pending, with which the old code works',
    );
    assert.is(summaryOf([], { ...all, bytes: null, pending: [] }, null), 'loaded; no migration pending');
    assert.match(summaryOf([], { ...all, pending: ['a'] }, false), /1 migration pending, .* does not work$/);
  });
});

describe('what a rehearsal finds in the cluster', (test) => {
  test('is the node of a pod that uses the data', () => {
    const volume = (claimName: string) => ({ name: claimName, persistentVolumeClaim: { claimName } });
    const live = (nodeName: string, claim: string, phase: string): V1Pod => ({
      spec: { containers: [], nodeName, volumes: [volume(claim)] },
      status: { phase },
    });
    const pods = [live('a', 'data', 'Succeeded'), live('b', 'other', 'Running'), live('c', 'data', 'Running')];
    assert.is(nodeOf(pods, [volume('data')]), 'c');
    assert.is(nodeOf(pods, [{ name: 'tmp', emptyDir: {} }]), null);
  });

  test('is to be removed where its run has ended, or nobody came to look', () => {
    const left = (annotations: Record<string, string>, status: NonNullable<V1Pod['status']>) =>
      isLeft({ metadata: { annotations }, status }, (holder) => holder === 'dead');
    assert.ok(left({ [holderAnnotation]: 'dead' }, { phase: 'Running' }));
    assert.ok(left({ [holderAnnotation]: 'elsewhere' }, { phase: 'Failed', reason: 'DeadlineExceeded' }));
    assert.not(left({ [holderAnnotation]: 'elsewhere' }, { phase: 'Running' }));
    assert.not(left({ [holderAnnotation]: 'elsewhere' }, { phase: 'Failed' }), 'its run is about to read it');
  });
});
