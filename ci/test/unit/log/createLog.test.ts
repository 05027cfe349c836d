import * as assert from 'uvu/assert';
import { createLog, type LogOptions } from '../../../log/log.ts';
import { createMask } from '../../../log/mask.ts';
import { describe, rejects } from '../../harness.ts';

/** A log on a made-up stream, and a clock that only moves when told to. */
function setUp(options: Partial<LogOptions> = {}) {
  let written = '';
  let time = 0;
  const timers = new Set<{ ms: number; next: number; call: () => void }>();
  const write = (text: string) => {
    written += text;
  };
  const forget = () => {
    written = '';
  };
  const stream = { write, columns: 60, rows: 24 };
  const log = createLog({
    stream,
    isTTY: false,
    env: {},
    now: () => time,
    every: (ms, call) => {
      const timer = { ms, next: time + ms, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    ...options,
  });
  const pass = (ms: number) => {
    const end = time + ms;
    for (;;) {
      const due = [...timers].filter(({ next }) => next <= end).sort((a, b) => a.next - b.next)[0];
      if (!due) break;
      time = due.next;
      due.next += due.ms;
      due.call();
    }
    time = end;
  };
  return { log, pass, stream, timers, written: () => written, forget };
}

describe('the log on a plain stream', (test) => {
  test('prints a line at the start and at the end of a step, and returns its result', async () => {
    const { log, pass, written } = setUp();
    const result = await log.step(
      'test',
      async () => {
        pass(12_340);
        return 7;
      },
      () => '34 tests passed',
    );
    assert.is(result, 7);
    assert.is(written(), '  test started\n✓ test done in 12s: 34 tests passed\n');
  });

  test('prints the first line of what failed, and passes the error on', async () => {
    const { log, written } = setUp();
    const error = new Error('no such image\nsecond line');
    const work = log.step('build', () => Promise.reject(error));
    assert.is(await rejects(work), error);
    assert.is(written(), '  build started\n✗ build failed after 0.0s: no such image\n');
  });

  test('shows what is given up as failed, once, and what begins afterwards as ever', async () => {
    const { log, pass, timers, written } = setUp();
    const given = Promise.withResolvers<void>();
    const other = Promise.withResolvers<void>();
    const running = [log.step('deploy', () => given.promise), log.step('cluster', () => other.promise)];
    pass(3_000);
    log.abandon('interrupted by SIGINT');
    assert.is(timers.size, 0);
    given.reject(new Error('the session has ended'));
    other.resolve();
    await Promise.allSettled(running);
    await log.step('clean up', async () => {});
    assert.equal(written().split('\n'), [
      '  deploy started',
      '  cluster started',
      '✗ deploy failed after 3.0s: interrupted by SIGINT',
      '✗ cluster failed after 3.0s: interrupted by SIGINT',
      '  clean up started',
      '✓ clean up done in 0.0s',
      '',
    ]);
  });

  test('gives a sign of life every 30 s for each running step, and stops after the last', async () => {
    const { log, pass, written, timers } = setUp();
    await log.step('deploy', async (progress) => {
      progress('pulling');
      pass(20_000);
      await log.step('pods', async () => pass(35_000));
      pass(9_000);
    });
    assert.equal(written().split('\n'), [
      '  deploy started',
      '  pods started',
      '  deploy still running after 30s (pulling)',
      '  pods still running after 30s',
      '✓ pods done in 35s',
      '  deploy still running after 1m 0s (pulling)',
      '✓ deploy done in 1m 4s',
      '',
    ]);
    assert.is(timers.size, 0);
  });

  test('writes plainly on a terminal that is dumb or belongs to a build server', async () => {
    for (const env of [{ TERM: 'dumb' }, { CI: 'true', NO_COLOR: '1' }]) {
      const { log, written } = setUp({ isTTY: true, env });
      await log.step('test', async () => {});
      assert.is(written(), '  test started\n✓ test done in 0.0s\n');
    }
  });

  test('masks secrets in everything, also those learned later', async () => {
    const secrets = new Set(['hunter2 & co']);
    const { log, pass, written } = setUp({ mask: createMask(secrets) });
    secrets.add('token-xyz');
    log.info('a hunter2 & co b');
    log.warn('https://x?p=hunter2%20%26%20co');
    await log.step('push token-xyz', async (progress) => {
      progress('with hunter2 & co');
      pass(30_000);
    });
    await rejects(log.step('login', () => Promise.reject(new Error('bad token-xyz'))));
    assert.not.match(written(), /hunter2|token-xyz/);
    assert.is(written().match(/\*\*\*/g)?.length, 7);
  });
});

describe('the log on a terminal', (test) => {
  const terminal = { isTTY: true, env: { NO_COLOR: '1' } };

  test('keeps one line for each running step, below what is printed for good', async () => {
    const { log, pass, written, forget } = setUp(terminal);
    await log.step('build', async (progress) => {
      progress('first\rinstalling \u001b[31mdjango\u001b[0m\n\n');
      forget();
      pass(120);
      assert.is(written(), '\u001b[1A\r\u001b[J⠙ build  0.1s  installing django\n');
      forget();
      log.info('hello');
      assert.is(written(), '\u001b[1A\r\u001b[Jhello\n⠙ build  0.1s  installing django\n');
      await log.step('cluster', async () => {
        forget();
        pass(120);
        assert.is(written(), '\u001b[2A\r\u001b[J⠹ build  0.2s  installing django\n⠹ cluster  0.1s\n');
      });
      forget();
    });
    assert.is(written(), '\u001b[1A\r\u001b[J✓ build done in 0.2s\n');
  });

  test('cuts lines to the width, counting wide characters twice', async () => {
    const { log, pass, written, forget, stream } = setUp(terminal);
    stream.columns = 30;
    await log.step('build', async (progress) => {
      progress('日本語'.repeat(10));
      forget();
      pass(120);
    });
    const line = written().split('\n')[0] ?? '';
    assert.is(line.replace('\u001b[1A\r\u001b[J', ''), '⠙ build  0.1s  日本語日本語…');
  });

  test('erases the rows that a narrower window made of its lines', async () => {
    const { log, pass, written, forget, stream } = setUp(terminal);
    await log.step('build', async (progress) => {
      progress('x'.repeat(100));
      pass(120);
      stream.columns = 25;
      forget();
      pass(120);
      // 59 columns were drawn: three rows of 25.
      assert.ok(written().startsWith('\u001b[3A\r\u001b[J'), JSON.stringify(written()));
    });
  });

  test('shows as many steps as there is room for', async () => {
    const { log, pass, written, forget, stream } = setUp(terminal);
    stream.rows = 6;
    const { promise, resolve } = Promise.withResolvers<void>();
    const steps = [1, 2, 3, 4, 5, 6].map((number) => log.step(`step ${number}`, () => promise));
    forget();
    pass(120);
    resolve();
    const lines = written().split('\n').slice(0, -1);
    assert.is(lines.length, 4);
    assert.is(lines.at(-1), '  and 3 more');
    await Promise.all(steps);
  });

  test('colours marks only', async () => {
    const { log, written } = setUp({ isTTY: true, env: {} });
    log.warn('careful');
    await log.step('build', async () => {});
    assert.match(written(), '\u001b[33m! warning:\u001b[39m careful');
    assert.match(written(), '\u001b[32m✓\u001b[39m build done');
  });
});
