import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { runProgram } from './support/program.ts';

/** An address at which nothing listens: it was free a moment ago. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address ? address.port : 0;
}

/** An address at which somebody listens, and says nothing. */
async function silentPort(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).unref()).unref();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function kubeconfigOf(server: string): string {
  const file = join(temporaryFolder(), 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 'none' } }],
    contexts: [{ name: 'there', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'there',
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function fileWith(name: string, text: string): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

function emptyFolder(): string {
  const folder = join(temporaryFolder(), 'empty');
  mkdirSync(folder);
  return folder;
}

describe('bad input ends in one clear error with the fix', (test) => {
  const refused = (
    title: string,
    code: number,
    flags: () => string[] | Promise<string[]>,
    pattern: RegExp,
    env = () => ({}),
  ) =>
    test(title, async () => {
      const reports = temporaryFolder();
      const given = await flags();
      const ended = await runProgram(given.includes('--reports') ? given : ['--reports', reports, ...given], env());
      assert.is(ended.code, code, ended.stderr);
      assert.match(ended.stderr, pattern);
      assert.match(ended.stderr, /fix:|To do/);
      assert.not.match(ended.stderr, /^\s+at .*\.ts:\d+/m, 'no stack');
      assert.is(ended.stdout, '');
      assert.not.match(ended.stderr, 'pa/ss');
      // Without one, nothing can have been changed.
      assert.is(existsSync(join(reports, 'engine.log')), false, 'no engine was asked');
    });

  refused('an unknown flag', 64, () => ['--sorce', 'x'], /--source/);
  refused(
    'an unknown key',
    64,
    () => [],
    /pipeline\.yaml: sorce: unknown key; did you mean source\?/,
    () => ({
      // As npm starts it in another folder.
      npm_lifecycle_event: 'ci',
      INIT_CWD: dirname(fileWith('pipeline.yaml', 'sorce: x')),
    }),
  );
  refused(
    'a URL that is none',
    64,
    () => ['--source', 'https://user:pa/ss@host/x.git'],
    /\/\/\*\*\*@host\/x\.git is no URL/,
  );
  refused(
    'a folder of reports that cannot be made',
    64,
    () => ['--reports', join(fileWith('file', ''), 'reports')],
    /nothing can be written to .*file\/reports/,
  );
  refused('a folder that is not there', 64, () => ['--source', '/no/such/folder'], /\/no\/such\/folder/);
  refused('a folder without Python', 64, () => ['--source', emptyFolder()], /no Python project|Python/);
  refused(
    'a repository that is not there',
    69,
    () => ['--source', 'file:///no/such/repository.git'],
    /no\/such\/repository/,
  );
  refused(
    'a host that is not there',
    69,
    () => ['--source', 'https://repository.invalid/app.git'],
    /repository\.invalid/,
  );
  refused(
    'a ref that is not there',
    64,
    () => ['--source', `file://${appOfExample().folder}`, '--ref', 'mian'],
    /mian[\s\S]*main/,
  );
  refused('a chart that is not there', 64, () => ['--chart', emptyFolder()], /Chart\.yaml/);
  refused(
    'a file that is no kubeconfig',
    64,
    () => ['--kubeconfig', fileWith('kubeconfig', 'not: [yaml')],
    /kubeconfig/,
  );
  refused(
    'a context that is not there',
    64,
    () => ['--kubeconfig', kubeconfigOf('https://127.0.0.1:6443'), '--context', 'elsewhere'],
    /elsewhere[\s\S]*there/,
  );
  refused(
    'a cluster that does not answer',
    69,
    async () => ['health', '--kubeconfig', kubeconfigOf(`https://127.0.0.1:${await deadPort()}`)],
    /does not answer/,
  );
  refused(
    'a cluster without a registry that it can pull from',
    64,
    () => ['--kubeconfig', kubeconfigOf('https://127.0.0.1:6443')],
    /needs a registry, too \(--registry\)/,
  );
  refused(
    'a registry that takes the call and says nothing',
    69,
    async () => ['--registry', `localhost:${await silentPort()}/team`],
    /does not answer/,
  );
  refused(
    'a registry that does not answer',
    69,
    async () => ['--registry', `localhost:${await deadPort()}/team`],
    /does not answer/,
  );
}, 600_000);

describe('an engine that does not answer', (test) => {
  test('is named, with 69', async () => {
    const host = `tcp://127.0.0.1:${await deadPort()}`;
    const ended = await runProgram(['--reports', temporaryFolder()], { _EXPERIMENTAL_DAGGER_RUNNER_HOST: host });
    assert.is(ended.code, 69, ended.stderr);
    assert.match(ended.stderr, `no engine answers at ${host}`);
  });
}, 600_000);
