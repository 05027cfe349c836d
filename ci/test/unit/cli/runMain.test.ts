import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { printError, runMain } from '../../../cli/runMain.ts';
import { messageOf } from '../../../core/causes.ts';
import { PipelineError } from '../../../core/errors.ts';
import { interruptedBy } from '../../../core/interruption.ts';
import { describe } from '../../harness.ts';
import { named } from '../dagger/named.ts';

/** Runs a main function on a made-up process. */
function start(main: (signal: AbortSignal, host: EventEmitter) => Promise<number>) {
  const exits: number[] = [];
  const said: string[] = [];
  const host = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  const output = {
    say: (text: string) => void said.push(text),
    complain: (error: unknown) => void said.push(messageOf(error)),
  };
  const code = runMain(host, (signal) => main(signal, host), output, { deadline: 60, echo: 20 });
  return { host, exits, said, code };
}

/** Ends when it is told to, with what an interrupted step would throw. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<number>((_, reject) => signal.addEventListener('abort', () => reject(new Error('step aborted'))));

describe('runMain', (test) => {
  test('returns the exit code of the work and stops waiting for signals', async () => {
    const { code, host, said } = start(() => Promise.resolve(11));
    assert.is(await code, 11);
    assert.equal(said, []);
    assert.equal([host.listenerCount('SIGINT'), host.listenerCount('SIGTERM')], [0, 0]);
  });

  test('is not brought down by what fails after the end', async () => {
    const { code, host, said } = start(() => Promise.resolve(0));
    assert.is(await code, 0);
    assert.ok(
      host.emit('unhandledRejection', new Error('socket closed')),
      'somebody must listen, else Node ends with 1',
    );
    assert.ok(host.emit('uncaughtException', new Error('socket closed')));
    assert.equal(said, []);
  });

  test('leaves it to the calls to tell that the engine has gone', async () => {
    const gone = named('ExecaError', 'x', { command: 'dagger session --label x' });
    const { code, said } = start(async (_, host) => {
      host.emit('unhandledRejection', gone);
      throw new PipelineError('ENGINE_LOST', 'it has gone');
    });
    assert.is(await code, 69);
    assert.equal(said, ['it has gone']);
  });

  test('keeps the code of an interrupted run whose abandoned work fails', async () => {
    const { code } = start(async (signal, host) => {
      setTimeout(() => {
        host.emit('SIGTERM', 'SIGTERM');
        host.emit('unhandledRejection', new Error('session closed'));
      });
      return untilAborted(signal).catch(() => 143);
    });
    assert.is(await code, 143);
  });

  test('prints what was thrown and returns its exit code', async () => {
    const known = start(() => Promise.reject(new PipelineError('REGISTRY', 'no login')));
    assert.is(await known.code, 69);
    assert.equal(known.said, ['no login']);
    assert.is(await start(() => Promise.reject(new Error('bug'))).code, 70);
  });

  test('aborts at the first signal, with its name as the reason', async () => {
    for (const [name, expected] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const { code, host, said, exits } = start(async (signal) => {
        setTimeout(() => host.emit(name, name));
        await untilAborted(signal).catch((error) => {
          assert.is(signal.reason, name);
          assert.is(interruptedBy(signal), expected);
          throw error;
        });
        return 0;
      });
      assert.is(await code, expected);
      assert.equal(said, [`${name}: stopping. Once more ends at once.`, `✗ interrupted by ${name}`]);
      assert.equal(exits, []);
    }
  });

  test('leaves the exit code to a run that ends in order after the signal', async () => {
    const { code, host, exits } = start(async (signal) => {
      setTimeout(() => host.emit('SIGINT', 'SIGINT'));
      return untilAborted(signal).catch(() => 11);
    });
    assert.is(await code, 11);
    await sleep(90);
    assert.equal(exits, [], 'the deadline is over, and meant for runs that did not end');
  });

  test('takes the echo of a signal for the same one, and a later one seriously', async () => {
    const { code, exits } = start(async (_, host) => {
      host.emit('SIGINT', 'SIGINT');
      host.emit('SIGINT', 'SIGINT');
      await sleep(30);
      host.emit('SIGTERM', 'SIGTERM');
      return 0;
    });
    await code;
    assert.equal(exits, [143]);
  });

  test('ends in spite of work that does not', async () => {
    const { code, exits, said } = start(async (_, host) => {
      host.emit('SIGINT', 'SIGINT');
      await sleep(120);
      return 0;
    });
    await code;
    assert.equal(exits, [130]);
    assert.match(said.at(-1) ?? '', 'took too long');
  });

  test('stops the run for a rejection that nobody handles', async () => {
    const { code, said } = start(async (signal, host) => {
      setTimeout(() => host.emit('unhandledRejection', new Error('stray')));
      return untilAborted(signal);
    });
    assert.is(await code, 70);
    assert.equal(said, ['stray']);
    const calm = start(async (_, host) => {
      host.emit('uncaughtException', new Error('late'));
      return 0;
    });
    assert.is(await calm.code, 70);
    const restored = start(async (_, host) => {
      host.emit('unhandledRejection', new Error('late'));
      return 11;
    });
    assert.is(await restored.code, 11);
  });

  test('lets the engine speak where the SDK hides why it did not start', async () => {
    const { code, said } = start(async (_, host) => {
      const words = Object.assign(new Error('docker: not found'), { name: 'EngineSessionError' });
      setImmediate(() => host.emit('unhandledRejection', words));
      throw new TypeError("Cannot read properties of undefined (reading 'port')");
    });
    assert.is(await code, 69);
    assert.match(said.join(), 'engine could not be started');
  });
});

describe('printError', (test) => {
  const plain = (error: unknown) => printError(error, (_, text) => text);

  test('shows message, details and fix of what is known, and no stack', () => {
    const error = new PipelineError('CHART', '--chart: x holds no Chart.yaml', { details: ['one', 'two'] });
    assert.match(error.fix, /^Give --chart a folder/);
    assert.is(plain(error), `✗ --chart: x holds no Chart.yaml\n    one\n    two\n  fix: ${error.fix}\n`);
  });

  test('shows stack and versions of what is not', () => {
    const text = plain(new TypeError('x is not a function'));
    assert.match(text, '✗ x is not a function');
    assert.match(text, /at .*runMain\.test\.ts/);
    assert.match(text, /Dagger SDK \d+\.\d+\.\d+/);
    assert.match(text, `Node ${process.versions.node}`);
  });
});
