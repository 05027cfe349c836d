import * as assert from 'uvu/assert';
import { cleanUpTime } from '../../../cli/cleanUpTime.ts';
import { describe } from '../../harness.ts';

/** How long Jenkins waits for a process before it sends the second signal, and `dagger run` before it kills. */
const [jenkins, daggerRun] = [5_000, 10_000];

describe('cleanUpTime', (test) => {
  test('ends inside `dagger run` before the others lose their patience, and after the one attempt for the message', () => {
    const inside = cleanUpTime({ DAGGER_SESSION_PORT: '45123' });
    assert.ok(inside < jenkins && inside < daggerRun, `${inside} ms`);
    assert.ok(inside > 4_000, `${inside} ms`);
  });

  test('is longer where nobody but the build server waits', () => {
    assert.is(cleanUpTime({}), 12_000);
    assert.is(cleanUpTime({ DAGGER_SESSION_PORT: '' }), 12_000);
  });
});
