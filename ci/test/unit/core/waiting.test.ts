import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { untilAborted, within } from '../../../core/waiting.ts';
import { describe, rejects } from '../../harness.ts';

const forever = new Promise<never>(() => {});

describe('untilAborted', (test) => {
  test('is the work when nobody interrupts it, and leaves no listener behind', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    assert.is(await untilAborted(signal, sleep(5, 'done')), 'done');
    await rejects(untilAborted(signal, Promise.reject(new Error('broken'))), /^broken$/);
    assert.is(listeners, 0);
  });

  test('ends at an interrupt, and names it', async () => {
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort('SIGTERM'), 20);
    await rejects(untilAborted(interrupt.signal, forever), /^interrupted by SIGTERM$/);
    await rejects(untilAborted(interrupt.signal, forever), /^interrupted by SIGTERM$/);
  });

  test('does not mind what becomes of the work afterwards', async () => {
    let fail: (error: Error) => void = () => {};
    const work = new Promise<never>((_, reject) => {
      fail = reject;
    });
    await rejects(untilAborted(AbortSignal.abort('SIGINT'), work), /SIGINT/);
    const strays: unknown[] = [];
    const note = (reason: unknown) => strays.push(reason);
    process.on('unhandledRejection', note);
    fail(new Error('the session is gone'));
    await sleep(10);
    process.off('unhandledRejection', note);
    assert.equal(strays, []);
  });
});

describe('within', (test) => {
  test('is the promise, when it is in time', async () => {
    assert.is(await within(1000, sleep(5, 'answer')), 'answer');
    await rejects(within(1000, Promise.reject(new Error('refused'))), /^refused$/);
  });

  test('says how long it has waited', async () => {
    const since = performance.now();
    await rejects(within(50, forever), /^no answer within 0.05 s$/);
    assert.ok(performance.now() - since < 1000);
  });

  test('leaves no timer that would hold up the end of the program', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await within(60_000, Promise.resolve());
    assert.is(timers(), before);
  });
});
