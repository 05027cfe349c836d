import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { nameFrom, nameProblem } from '../../../config/check/kubernetesName.ts';
import { duration } from '../../../config/check/validation.ts';
import { realFacts, workingDirectory } from '../../../config/facts.ts';
import { kebab, optionNames, variable } from '../../../config/options.ts';
import { secretValues } from '../../../config/secretValues.ts';
import { suggest } from '../../../config/suggest.ts';
import type { Config } from '../../../core/config.ts';
import { resolveSecret } from '../../../core/secrets.ts';
import { describe } from '../../harness.ts';
import { inFolder, Repository } from '../git/repository.ts';

describe('duration', (test) => {
  test('reads seconds, units and their sums', () => {
    const texts = ['90', '90s', '5m', '1h', '1h30m', ' 2m5s '];
    assert.equal(texts.map(duration), [90, 90, 300, 3600, 5400, 125]);
  });

  test('refuses everything else, and zero', () => {
    for (const text of ['', 'soon', '-5', '1.5h', '5 m', '5M', '1d', '0', '0s', '1s1h', '0x10', 'm', '1e3', '9999999'])
      assert.is(duration(text), undefined, text);
  });
});

describe('nameFrom', (test) => {
  test('makes a name from the last part of a source', () => {
    assert.is(nameFrom('https://host/acme/My_Shop.git'), 'my-shop');
    assert.is(nameFrom('git@host:shop.git'), 'shop');
    assert.is(nameFrom('/home/author/Café Été/'), 'cafe-ete');
    assert.is(nameFrom('/srv/2048'), 'app-2048');
  });

  test('always makes one that Kubernetes accepts', () => {
    for (const source of ['/', '...', '/日本', '/a'.padEnd(90, 'b'), `/${'ab-'.repeat(30)}`, '-x-'])
      assert.is(nameProblem(nameFrom(source), 40), undefined, source);
  });
});

describe('nameProblem', (test) => {
  test('accepts labels and nothing else', () => {
    assert.equal(
      ['a', 'a-1', '1a', 'x'.repeat(63)].map((name) => nameProblem(name, 63)),
      Array(4).fill(undefined),
    );
    for (const name of ['', '-a', 'a-', 'A', 'a.b', 'a_b', 'a b', 'ä', 'a\n']) assert.ok(nameProblem(name, 63), name);
  });
});

describe('suggest', (test) => {
  const words = ['source', 'set', 'registry', 'registry-username', 'deploy-timeout'];

  test('finds what was meant', () => {
    assert.is(suggest('sorce', words), 'source');
    assert.is(suggest('registy', words), 'registry');
    assert.is(suggest('deployTimeout', words), 'deploy-timeout');
    assert.is(suggest('REGISTRY_USERNAME', words), 'registry-username');
    assert.is(suggest('soucre', words), 'source');
  });

  test('keeps silent when nothing is close', () => {
    assert.is(suggest('kubernetes-version', words), undefined);
    assert.is(suggest('x', []), undefined);
  });
});

describe('options', (test) => {
  test('have one name in three spellings, and no two the same', () => {
    assert.is(kebab('deployTimeout'), 'deploy-timeout');
    assert.is(variable('deployTimeout'), 'PIPELINE_DEPLOY_TIMEOUT');
    assert.is(new Set(optionNames.map(variable)).size, optionNames.length);
  });
});

describe('resolveSecret', (test) => {
  test('reads variables and files, without the line end', () => {
    assert.is(resolveSecret('env://A', { A: 'x' }), 'x');
    assert.is(
      resolveSecret('file:///f', {}, () => 'x y\r\n'),
      'x y',
    );
    assert.is(resolveSecret('env://B', { A: 'x' }), undefined);
    assert.is(resolveSecret('file:///does/not/exist', {}), undefined);
    assert.is(resolveSecret('plain', { plain: 'x' }), undefined);
  });

  test('knows every secret that the settings lead to', () => {
    const config = {
      source: 'https://author:p%40ss@host/x',
      registryUsername: 'author',
      registryPassword: 'env://P',
      slackWebhook: 'env://S',
    };
    assert.equal(secretValues(config as Config, { P: 'password', S: 'https://hook' }), [
      'password',
      'https://hook',
      'p@ss',
    ]);
  });
});

describe('facts', (test) => {
  test('know where a working copy was cloned from, and nothing of a folder that only lies in one', () =>
    inFolder((folder) => {
      const facts = realFacts({});
      assert.is(facts.origin(folder), '');
      const repository = new Repository(join(folder, 'shop@2'));
      assert.is(facts.origin(repository.folder), '');
      repository.git('remote', 'add', 'origin', 'git@example.com:acme/shop.git');
      repository.write({ 'web/manage.py': '' });
      assert.is(facts.origin(repository.folder), 'git@example.com:acme/shop.git');
      assert.is(facts.origin(join(repository.folder, 'web')), '');
      assert.is(facts.origin(join(folder, 'nowhere')), '');
    }));

  test('undo the move of npm, and no other', () => {
    const env = { npm_lifecycle_event: 'ci', INIT_CWD: '/home/author' };
    assert.is(workingDirectory(env, '/repository', '/repository'), '/home/author');
    assert.is(workingDirectory(env, '/elsewhere', '/repository'), '/elsewhere');
    assert.is(workingDirectory({ ...env, npm_lifecycle_event: 'test' }, '/repository', '/repository'), '/repository');
    assert.is(workingDirectory({}, '/repository', '/repository'), '/repository');
  });

  test('tell files, folders and nothing apart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'facts-'));
    const file = join(folder, 'a');
    writeFileSync(file, 'text');
    const facts = realFacts({});
    assert.equal(
      [folder, file, join(folder, 'b'), join(file, 'c')].map((path) => facts.kind(path)),
      ['folder', 'file', 'absent', 'absent'],
    );
    assert.is(facts.read(file), 'text');
    assert.equal(
      [folder, join(folder, 'b/c'), file, join(file, 'c/d')].map((path) => facts.canWriteIn(path)),
      [true, true, false, false],
    );
    assert.is(facts.kind(join(facts.repository, 'package.json')), 'file');
    rmSync(folder, { recursive: true });
  });
});
