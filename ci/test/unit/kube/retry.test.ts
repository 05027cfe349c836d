import { ApiException } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../core/errors.ts';
import { within } from '../../../core/waiting.ts';
import { isTransient, retry } from '../../../kube/retry.ts';
import { describe, rejects } from '../../harness.ts';

const status = (code: number) => new ApiException(code, 'no', '{}', {});

/** Fails with each of the errors, one after the other, and then gives the answer. */
function failing(...errors: Error[]): () => Promise<string> {
  return async () => {
    const error = errors.shift();
    if (error) throw error;
    return 'answer';
  };
}

describe('retry', (test) => {
  test('asks until there is an answer', async () => {
    assert.is(await retry(failing(status(500), status(503), status(429)), [1, 1, 1]), 'answer');
  });

  test('asks no more often than there are pauses, and throws the last error', async () => {
    await rejects(retry(failing(status(500), status(503), status(504)), [1, 1]), /504/);
  });

  test('does not ask again for what another try would not change', async () => {
    await rejects(retry(failing(status(403)), [1, 1]), /403/);
  });
});

describe('isTransient', (test) => {
  test('is true of a server that is busy, ill or out of reach', async () => {
    for (const code of [429, 500, 503, 504]) assert.is(isTransient(status(code)), true, String(code));
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    assert.is(isTransient(new TypeError('fetch failed', { cause: reset })), true);
    const closed = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
    assert.is(isTransient(new TypeError('terminated', { cause: closed })), true);
    assert.is(isTransient(await rejects(within(1, new Promise(() => {})))), true);
    assert.is(isTransient(new PipelineError('CLUSTER', 'no history')), true);
  });

  test('is false of an answer, and of our own mistakes', () => {
    for (const code of [400, 403, 404, 409, 422]) assert.is(isTransient(status(code)), false, String(code));
    assert.is(isTransient(new TypeError('x is not a function')), false);
    assert.is(isTransient(new PipelineError('DEPLOY', 'it crashes')), false);
    assert.is(isTransient('text'), false);
  });
});
