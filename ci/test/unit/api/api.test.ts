import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { exitCodes, type Options, pipeline, type Report } from '../../../api/index.ts';
import type { PipelineError } from '../../../core/errors.ts';
import { describe, rejects } from '../../harness.ts';

/** A folder for a source and the reports; nothing here gets as far as an engine. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'module-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Delivers from a git server that takes a connection and says nothing; `connected` is called when it has. */
async function fromSilentServer(reports: string, connected: () => void, options: Options): Promise<Report> {
  const server = createServer(connected);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as { port: number };
  try {
    return await pipeline({ source: `http://ann:s3cr3t-word@127.0.0.1:${port}/shop.git`, reports }, options);
  } finally {
    server.close();
  }
}

describe('pipeline() for programs', (test) => {
  test('rejects wrong settings before anything is started, all at once', async () => {
    const wrong = { deployTimeout: 'soon', chart: '/no/such/chart', sorce: 'x' };
    const error = (await rejects(pipeline(wrong, { env: { PIPELINE_NAME: 'Big' } }))) as PipelineError;
    assert.is(error.code, 'CONFIG');
    assert.is(error.message, '4 settings are wrong');
    assert.match(
      error.details.join('\n'),
      /sorce[\s\S]*PIPELINE_NAME[\s\S]*chart: there is no folder[\s\S]*deployTimeout: "soon"/,
    );
  });

  test('resolves with the report when the source cannot be delivered, and prints nothing unless asked', () =>
    inFolder(async (folder) => {
      const printed: string[] = [];
      const settings = { source: folder, name: 'shop', reports: join(folder, 'reports') };
      const report = await pipeline(settings, { log: { write: (text) => printed.push(text) } });
      assert.equal([report.exitCode, report.name], [exitCodes.usage, 'shop']);
      assert.match(report.failure?.message ?? '', 'no Python project');
      assert.match(printed.join(''), 'no Python project');
      assert.equal(JSON.parse(readFileSync(join(folder, 'reports/report.json'), 'utf8')), report);
    }));

  test('prefers the settings to the variables it was given, and sees no others', () =>
    inFolder(async (folder) => {
      const env = { PATH: process.env['PATH'], PIPELINE_NAME: 'variable', PIPELINE_NAMESPACE: 'variable' };
      const report = await pipeline({ source: folder, name: 'setting', reports: folder }, { env });
      assert.equal([report.name, report.namespace, report.release], ['setting', 'variable', 'setting']);
    }));

  test('masks secrets in the report', () =>
    inFolder(async (folder) => {
      const registry = { registry: 'localhost:1/x', registryUsername: 'ann', registryPassword: 'env://WORD' } as const;
      const settings = { source: folder, name: 'shop-hunter22', reports: folder, ...registry };
      const env = { ...process.env, WORD: 'hunter22' };
      assert.is((await pipeline(settings, { env })).name, 'shop-***');
      assert.is((await pipeline(settings, { env, signal: AbortSignal.abort() })).name, 'shop-***');
    }));

  test('stops when its signal is aborted, with the code of Ctrl-C, and shows no password', () =>
    inFolder(async (folder) => {
      const controller = new AbortController();
      const report = await fromSilentServer(folder, () => controller.abort(), { signal: controller.signal });
      assert.is(report.exitCode, 130);
      assert.not.match(JSON.stringify(report), 's3cr3t-word');
    }));

  test('does not begin when it is aborted already', () =>
    inFolder(async (folder) => {
      const connect = () => assert.unreachable('it has begun');
      const report = await fromSilentServer(folder, connect, { signal: AbortSignal.abort('SIGTERM') });
      assert.is(report.exitCode, 143);
    }));

  test('still has a report when the process of the delivery is killed', () =>
    inFolder(async (folder) => {
      // The only thing that the process of the delivery loads and this one does not.
      const deadly = join(folder, 'deadly.mjs');
      writeFileSync(deadly, "process.kill(process.pid, 'SIGKILL');");
      const env = { ...process.env, NODE_OPTIONS: `--import=${deadly}` };
      const report = await pipeline({ source: folder, reports: folder }, { env });
      assert.is(report.exitCode, exitCodes.internal);
      assert.match(report.failure?.message ?? '', 'ended by SIGKILL');
    }));

  test('does not wait for settings from a program that has ended', async () => {
    const child = fork(resolve(import.meta.dirname, '../../../api/child.ts'), [], { execArgv: [], stdio: 'ignore' });
    const ended = new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal)));
    child.once('spawn', () => child.disconnect());
    assert.is(await ended, 143);
  });

  test('leaves no handler behind in the program', () =>
    inFolder(async (folder) => {
      const handlers = () => process.eventNames().map((name) => [String(name), process.listenerCount(name)].join(' '));
      const before = handlers();
      await pipeline({ source: folder, reports: folder });
      assert.equal(handlers(), before);
    }));
}, 240_000);
