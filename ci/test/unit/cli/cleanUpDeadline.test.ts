import * as assert from 'uvu/assert';
import { cleanUpDeadline } from '../../../cli/runMain.ts';
import { describe } from '../../harness.ts';

/** How long Jenkins and GitHub wait for a process before they send the second signal, and `dagger run` before it kills. */
const [jenkins, gitHub, daggerRun] = [5_000, 7_500, 10_000];

describe('cleanUpDeadline', (test) => {
  test('ends inside `dagger run` before the others lose their patience, and after the one attempt for the message', () => {
    const inside = cleanUpDeadline({ DAGGER_SESSION_PORT: '45123' });
    assert.ok(inside < jenkins && inside < daggerRun, `${inside} ms`);
    assert.ok(inside > 4_000, `${inside} ms`);
  });

  test('ends at GitHub before its second signal', () => {
    const there = cleanUpDeadline({ GITHUB_ACTIONS: 'true' });
    assert.ok(there < gitHub && there > 4_000, `${there} ms`);
    assert.is(
      cleanUpDeadline({ GITHUB_ACTIONS: 'true', DAGGER_SESSION_PORT: '45123' }),
      cleanUpDeadline({ DAGGER_SESSION_PORT: '1' }),
    );
  });

  test('is longer where nobody but the build server waits', () => {
    assert.is(cleanUpDeadline({}), 12_000);
    assert.is(cleanUpDeadline({ DAGGER_SESSION_PORT: '' }), 12_000);
  });
});
