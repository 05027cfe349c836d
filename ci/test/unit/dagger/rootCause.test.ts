import * as assert from 'uvu/assert';
import { PipelineError } from '../../../core/errors.ts';
import { rootCause } from '../../../dagger/errors.ts';
import { describe } from '../../harness.ts';
import { named } from './named.ts';

const response = { status: 502, body: 'unexpected EOF\n' };
const lost = named('GraphQLRequestError', 'API Error', { response });

describe('rootCause', (test) => {
  test('takes the loss of the engine for an interrupt that comes in a moment', async () => {
    const controller = new AbortController();
    const found = rootCause(lost, controller.signal);
    setTimeout(() => controller.abort('SIGTERM'), 20);
    assert.is(((await found) as Error).message, 'interrupted by SIGTERM');
    assert.is(((await found) as Error).cause, lost);
  });

  test('is the loss of the engine when nobody has interrupted', async () => {
    const found = await rootCause(lost, new AbortController().signal);
    assert.instance(found, PipelineError);
    const { code, exitCode, details } = found as PipelineError;
    assert.equal([code, exitCode, details], ['ENGINE_LOST', 69, ['unexpected EOF']]);
  });

  test('is any other error at once, after an interrupt, too', async () => {
    const error = new Error('2 tests failed');
    assert.is(await rootCause(error, AbortSignal.abort('SIGINT')), error);
  });
});
