import * as assert from 'uvu/assert';
import { PipelineError } from '../../../core/errors.ts';
import { lostEngine } from '../../../dagger/errors.ts';
import { describe } from '../../harness.ts';
import { named } from './named.ts';

const answered = (response: object) => named('GraphQLRequestError', 'API Error', { response });

describe('lostEngine', (test) => {
  test('tells of a way to the engine that broke, by what the CLI says of it', () => {
    const body = 'http do: Post "http://dagger/query": context canceled';
    assert.is(lostEngine(new Error('wrapped', { cause: answered({ status: 502, headers: {}, body }) })), body);
  });

  test('tells of a CLI that has gone itself', () => {
    const cause = named('FetchError', 'request to http://127.0.0.1:1/query failed, reason: socket hang up');
    for (const name of ['UnknownDaggerError', 'NotAwaitedRequestError'])
      assert.is(lostEngine(named(name, 'of the SDK', { cause })), cause.message);
  });

  test('tells of a session that has ended by itself, without all that it has said', () => {
    const command = "/cache/dagger session --label 'dagger.io/sdk.name:nodejs'";
    const shortMessage = `Command was killed with SIGKILL: ${command}`;
    assert.is(
      lostEngine(named('ExecaError', `${shortMessage}\n1 : and more`, { command, shortMessage })),
      shortMessage,
    );
    assert.is(lostEngine(named('ExecaError', 'x', { command: 'git clone', shortMessage: 'x' })), null);
  });

  test('tells of an engine or a session that has been told to end', () => {
    const words = ['engine is shutting down', 'session is closing', 'exec: context canceled', 'session "1f" not found'];
    for (const message of words) {
      const response = { status: 200, errors: [{ message }] };
      assert.is(
        lostEngine(named('GraphQLRequestError', `${message} [traceparent:00-1f-2e-01]`, { response })),
        message,
      );
    }
  });

  test('is null when the engine has answered, and for the errors of others', () => {
    assert.is(lostEngine(answered({ status: 200, errors: [{ message: 'exit code: 1' }] })), null);
    assert.is(lostEngine(answered({ status: 500, errors: [{ message: 'no such file' }] })), null);
    assert.is(lostEngine(named('FetchError', 'request to https://cluster:6443/api failed')), null);
    assert.is(lostEngine('text'), null);
  });

  test('is null where the loss is told of in words of our own', () => {
    const cause = answered({ status: 502 });
    assert.is(lostEngine(new Error('wrapped', { cause: new PipelineError('NOT_RESTORED', 'x', { cause }) })), null);
  });
});
