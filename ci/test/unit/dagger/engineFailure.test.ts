import { ExecError, GraphQLRequestError } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import type { PipelineError } from '../../../core/errors.ts';
import { engineFailure, failingAs } from '../../../dagger/engineFailure.ts';
import { describe, rejects } from '../../harness.ts';

type Options = ConstructorParameters<typeof ExecError>[1];

function execError(cmd: string[], stdout: string, stderr: string): ExecError {
  return new ExecError('exit code: 2 [traceparent:00ff-00ff]', {
    cmd,
    exitCode: 2,
    stdout,
    stderr,
  } as unknown as Options);
}

describe('engineFailure', (test) => {
  test('shows the failed command without its shell, and what it printed', () => {
    assert.equal(
      engineFailure(execError(['/bin/sh', '-c', 'pip install \\\n  -r x'], 'Collecting x\n', 'error: no x\n')),
      {
        message: 'a command exited with 2',
        details: ['$ pip install \\ -r x', 'Collecting x', 'error: no x'],
      },
    );
  });

  test('finds it among the causes, as one way of connecting wraps it', () => {
    const wrapped = new Error('failed to execute function', {
      cause: new Error('x', { cause: execError(['make'], '', '') }),
    });
    assert.equal(engineFailure(wrapped), { message: 'a command exited with 2', details: ['$ make'] });
  });

  test('shows the last lines only', () => {
    const output = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n');
    const details = engineFailure(execError(['make'], output, 'the end'))?.details ?? [];
    assert.equal([details.length, details.at(1), details.at(-1)], [31, 'line 72', 'the end']);
  });

  test('shortens a long command', () => {
    const [command = ''] = engineFailure(execError(['echo', 'x'.repeat(500)], '', ''))?.details ?? [];
    assert.ok(command.length <= 102 && command.endsWith('…'));
  });

  test("passes on the engine's words without its marks", () => {
    const message = 'failed to convert Dockerfile to LLB: python:9: not found [traceparent:00ff-00ff]';
    const error = new GraphQLRequestError(message, { error: { response: {} } } as never);
    assert.equal(engineFailure(error), { message: 'python:9: not found', details: [] });
  });

  test('is silent about a call that the engine has not answered', () => {
    const response = { status: 502, headers: {}, body: 'http do: Post "http://dagger/query": unexpected EOF' };
    assert.is(engineFailure(new GraphQLRequestError('API Error', { error: { response } } as never)), null);
  });

  test('is silent about other errors', () => {
    assert.is(engineFailure(new Error('connection lost')), null);
    assert.is(engineFailure('text'), null);
  });
});

describe('failingAs', (test) => {
  test("tells the engine's failure in our words, with what it showed and what the caller adds", async () => {
    const failure = execError(['make'], '', 'no rule');
    const work = () => failingAs('PUBLISH', 'it could not be pushed', () => Promise.reject(failure), ['to: here']);
    const { code, message, details, cause } = (await rejects(work())) as PipelineError;
    assert.equal(
      [code, message, details],
      ['PUBLISH', 'it could not be pushed: a command exited with 2', ['$ make', 'no rule', 'to: here']],
    );
    assert.is(cause, failure);
  });

  test('passes on what the work returns, and what is no answer of the engine', async () => {
    assert.is(await failingAs('BUILD', 'x', () => Promise.resolve(7)), 7);
    const own = new Error('mine');
    assert.is(await rejects(failingAs('BUILD', 'x', () => Promise.reject(own))), own);
  });
});
