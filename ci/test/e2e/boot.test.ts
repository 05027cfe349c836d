import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { appOfExample } from './support/apps.ts';
import { oneTest, type Releasing, releasing } from './support/releasing.ts';
import { sharedOutside } from './support/sharedOutside.ts';

let prepared: Promise<Releasing> | undefined;

/** An app that cannot be loaded in the way that its environment names, and loads where that names none; that is live. */
async function prepare(): Promise<Releasing> {
  const app = appOfExample();
  const ways = [
    "if HOW == 'raise':\n    raise RuntimeError('no room')",
    "if HOW == 'exit':\n    raise SystemExit('no room')",
    "if HOW == 'crash':\n    os.kill(os.getpid(), 11)",
  ];
  app.change('config/wsgi.py', 'import os\n', `import os\n\nHOW = os.environ.get('HOW')\n${ways.join('\n')}\n`);
  app.commit('an application that cannot always be loaded');
  const releases = await releasing(await sharedOutside(), 'boot', app);
  const { exitCode, report } = await releases.release(oneTest);
  assert.is(exitCode, 0, report.failure?.message);
  return releases;
}

/** What a release of it fails with, and what is told besides. */
async function failing(how: string): Promise<{ message: string; told: string }> {
  prepared ??= prepare();
  const releases = await prepared;
  const { exitCode, report } = await releases.release([...oneTest, '--set', `env.HOW=${how},migrations.enabled=false`]);
  assert.is(exitCode, 11, report.failure?.message);
  return { message: report.failure?.message ?? '', told: report.failure?.details.join('\n') ?? '' };
}

describe('an application that no worker can load ends the container, and the crash loop is seen', (test) => {
  const loop = /Deployment todo\S* will not get ready: .*: container web: CrashLoopBackOff \(exit code 3, \d+ restart/;

  test('where it raises an exception', async () => {
    const { message, told } = await failing('raise');
    // Gunicorn's own code is 3, or 1 when its workers end at the same time.
    assert.match(message, /CrashLoopBackOff \(exit code [13], /, message);
    assert.match(told, /RuntimeError: no room/);
  });

  test('where it exits, which gunicorn takes for no failure', async () => {
    const { message, told } = await failing('exit');
    assert.match(message, loop, message);
    assert.match(told, /SystemExit: no room/);
    assert.match(told, /Reason: \d workers have ended before the application was loaded/);
  });

  test('where its process crashes', async () => {
    const { message, told } = await failing('crash');
    assert.match(message, loop, message);
    assert.match(told, /Worker \(pid:\d+\) was sent SIGSEGV!/);
    assert.match(told, /Reason: \d workers have ended before the application was loaded/);
  });
}, 600_000);
