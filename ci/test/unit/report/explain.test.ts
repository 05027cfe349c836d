import { EventEmitter } from 'node:events';
import { ApiException } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { causes, messageOf } from '../../../core/causes.ts';
import { catalogue, type ErrorCode, PipelineError } from '../../../core/errors.ts';
import { withEngineErrors } from '../../../dagger/errors.ts';
import { explain } from '../../../report/explain.ts';
import { describe, rejects } from '../../harness.ts';
import { named } from '../dagger/named.ts';

describe('the catalogue', (test) => {
  test('has an exit code and an advice for every error', () => {
    for (const code of Object.keys(catalogue) as ErrorCode[]) {
      const error = new PipelineError(code, 'what happened');
      assert.ok(error.exitCode >= 10 && error.exitCode <= 70, code);
      assert.match(error.fix, /^[A-Z].*\.$/, code);
      // Not how things stand, but what to do.
      const advice =
        /\b(Give|Check|Correct|Mend|Deliver|Deploy|Install|Point|Start|Run|run|Let|Look|Push|Choose|Wait|Use|Report|name|Nothing)\b/;
      assert.match(error.fix, advice, code);
    }
  });
});

describe('explain', (test) => {
  test('finds the foreseen failure under what the SDK wraps around it', () => {
    const known = new PipelineError('TESTS', '2 tests failed', { details: ['x'] });
    const wrapped = new Error('failed to execute function', { cause: new Error('more', { cause: known }) });
    const { code, exitCode, message, details } = explain(wrapped);
    assert.equal([code, exitCode, message, details], ['TESTS', 10, '2 tests failed', ['x']]);
  });

  test('prefers the outermost foreseen failure', () => {
    const inner = new PipelineError('CLUSTER', 'no answer');
    assert.is(explain(new PipelineError('TESTS', 'outer', { cause: inner })).code, 'TESTS');
  });

  test('takes the SDK at its word that there is no engine', () => {
    for (const name of ['EngineSessionError', 'EngineSessionConnectionTimeoutError', 'InitEngineSessionBinaryError']) {
      const { code, exitCode, details } = explain(new Error('x', { cause: named(name, 'one\n\ncannot connect  ') }));
      assert.equal([code, exitCode, details], ['ENGINE', 69, ['one', 'cannot connect']]);
    }
  });

  test('recognises what the SDK throws in place of an engine error', () => {
    const hidden = new TypeError("Cannot read properties of undefined (reading 'port')");
    assert.is(explain(new Error('wrapped', { cause: hidden })).exitCode, 69);
    assert.is(explain(new TypeError("Cannot read properties of undefined (reading 'name')")).exitCode, 70);
  });

  test('shows the last output of a command that nobody foresaw would fail', () => {
    const stderr = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    const { code, details } = explain(
      new Error('x', { cause: named('ExecError', 'exit code 1', { stderr, stdout: 'no' }) }),
    );
    assert.is(code, 'INTERNAL');
    assert.equal([details[0], details[19]], ['line 10', 'line 29']);
    assert.match(details.slice(20).join(' '), /^django-delivery-pipeline .* Node /, 'then the versions');
    assert.is(explain(named('ExecError', 'x', { stderr: '', stdout: 'out' })).details[0], 'out');
  });

  test('takes the API server at its word that a right is missing', () => {
    const refused = 'User "ann" cannot list resource "services" in API group "" in the namespace "shop"';
    const { code, exitCode, message, fix } = explain(new Error('x', { cause: named('ApiException', refused) }));
    assert.equal([code, exitCode, message], ['FORBIDDEN', 69, 'ann may not list services in namespace shop']);
    assert.match(fix, 'k8s/README.md');
  });

  test('knows a cluster that does not answer, however that is said, and no bug in it', () => {
    const unanswered = [
      new ApiException(503, 'x', '{"message":"apiserver not ready"}', {}),
      new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }),
      Object.assign(new Error('no answer within 10 s'), { code: 'ETIMEDOUT' }),
      Object.assign(new Error('/openapi/v2 answered 503'), { code: 503 }),
    ];
    for (const error of unanswered) {
      const { code, exitCode, message } = explain(error);
      assert.equal([code, exitCode], ['CLUSTER', 69], error.message);
      assert.match(message, /^the cluster does not answer: ./);
    }
    assert.is(explain(new ApiException(422, 'x', '{}', {})).code, 'INTERNAL');
  });

  test('says which image cannot be pulled', () => {
    const words = 'failed to resolve image "docker.io/alpine/k8s:1" (platform: "linux/amd64"): no such host';
    const traced = named('GraphQLRequestError', `${words} [traceparent:00-1f-2e-01]`);
    const { code, exitCode, message, details } = explain(new Error('x', { cause: traced }));
    assert.equal([code, exitCode, message], ['IMAGE', 69, 'the image docker.io/alpine/k8s:1 cannot be pulled']);
    assert.equal(details, ['no such host']);
    assert.is(explain(new Error('failed to resolve the reference')).code, 'INTERNAL');
  });

  test('keeps the stack of a bug', () => {
    const { code, exitCode, message, details } = explain(new TypeError('x is not a function'));
    assert.equal([code, exitCode, message], ['INTERNAL', 70, 'x is not a function']);
    assert.match(details[0] ?? '', 'at ');
  });

  test('copes with whatever is thrown', () => {
    assert.is(explain('just text').message, 'just text');
    assert.is(explain(undefined).message, 'undefined');
    assert.is(explain({ a: 1 }).message, '{ a: 1 }');
    assert.is(explain(new RangeError()).message, 'RangeError');
    assert.is(messageOf(null), 'null');
  });

  test('ends for errors that cause each other', () => {
    const a = new Error('a');
    const b = new Error('b', { cause: a });
    a.cause = b;
    assert.equal(causes(a), [a, b]);
  });
});

describe('withEngineErrors', (test) => {
  const misleading = () => new TypeError("Cannot read properties of undefined (reading 'port')");

  test('joins the misleading error with the words that arrive past it', async () => {
    const events = new EventEmitter();
    const work = withEngineErrors(() => {
      setImmediate(() => events.emit('unhandledRejection', named('EngineSessionError', 'docker: not found')));
      return Promise.reject(new Error('wrapped', { cause: misleading() }));
    }, events);
    const error = await rejects(work);
    assert.instance(error, PipelineError);
    assert.equal((error as PipelineError).details, ['docker: not found']);
    assert.is(events.listenerCount('unhandledRejection'), 0);
  });

  test('leaves other errors and other rejections alone', async () => {
    const events = new EventEmitter();
    const other = new Error('other');
    const start = (error: Error, stray: Error) => () => {
      events.emit('unhandledRejection', stray);
      return Promise.reject(error);
    };
    assert.is(await rejects(withEngineErrors(start(other, named('EngineSessionError', 'x')), events)), other);
    const port = misleading();
    assert.is(await rejects(withEngineErrors(start(port, new Error('stray')), events)), port);
    assert.is(await withEngineErrors(() => Promise.resolve(7), events), 7);
  });
});
