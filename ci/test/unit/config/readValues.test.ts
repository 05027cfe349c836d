import * as assert from 'uvu/assert';
import { describe } from '../../harness.ts';
import { read, refused } from './reading.ts';

const kubeconfig = `
clusters: [{name: c, cluster: {server: "https://127.0.0.1"}}]
contexts: [{name: staging, context: {}}, {name: production, context: {}}]
current-context: staging
users: [{name: u, user: {token: s3cr3t-token}}]
`;

describe('readConfig on the source', (test) => {
  test('recognises git URLs', () => {
    const urls = [
      'https://host/a/shop.git',
      'ssh://git@host/a/shop',
      'git://h/shop',
      'file:///srv/shop.git',
      'git@host:a/shop',
    ];
    for (const source of urls) {
      const config = read({ argv: ['--source', source, '--ref', 'v1'] });
      assert.equal([config.source, config.name, config.ref], [source, 'shop', 'v1']);
    }
  });

  test('explains what is neither a folder nor a URL', () => {
    const message = (source: string) => refused({ argv: [`--source=${source}`] }).message;
    assert.match(message('../nowhere'), 'there is no folder /home/author/nowhere');
    assert.match(message('github.com/acme/shop'), 'did you mean https://github.com/acme/shop?');
    assert.match(message('ftp://host/x'), 'no URL that git can be given');
    assert.match(message('/repository/example/manage.py'), 'is a file, not a folder');
    for (const source of [
      'ftp://author:hunter2@host/x',
      'https://author:hun/hunter2@host/x',
      'https://a:hun hunter2@:/x',
    ])
      assert.not.match(message(source), 'hun');
  });

  test('refuses a ref for a folder, and one that git would take for an option', () => {
    assert.match(refused({ argv: ['--ref', 'main'] }).message, '--ref: only a git URL has refs');
    assert.match(
      refused({ argv: ['--source', 'https://h/x', '--ref=--upload-pack=x'] }).message,
      'no name that git allows',
    );
  });

  test('wants the Dockerfile inside the source', () => {
    const files = { '/app/docker/Dockerfile': '' };
    assert.is(
      read({ argv: ['--source', '/app', '--dockerfile', './docker/Dockerfile'], files }).dockerfile,
      'docker/Dockerfile',
    );
    assert.is(read({ argv: ['--source', '/app', '--dockerfile', 'ours'], files }).dockerfile, 'ours');
    assert.match(refused({ argv: ['--dockerfile', '../x'] }).message, 'inside the source');
    assert.match(refused({ argv: ['--dockerfile', 'x'] }).message, 'there is no file x in /repository/example');
    assert.is(read({ argv: ['--source', 'https://h/x', '--dockerfile', 'x'] }).dockerfile, 'x');
  });

  test('a settings module is a dotted name', () => {
    const module = 'shop.settings.production';
    assert.is(read({ argv: ['--settings-module', module] }).settingsModule, module);
    for (const wrong of ['shop/settings.py', 'shop.', '1shop'])
      assert.match(refused({ argv: ['--settings-module', wrong] }).message, 'is no module such as');
  });
});

describe('readConfig on registry and cluster', (test) => {
  test('wants a registry without scheme and without credentials', () => {
    const message = (registry: string) => refused({ argv: ['--registry', registry] }).message;
    assert.is(read({ argv: ['--registry', 'localhost:5000/'] }).registry, 'localhost:5000');
    assert.is(read({ argv: ['--registry', 'ghcr.io/acme/team'] }).registry, 'ghcr.io/acme/team');
    assert.match(message('https://ghcr.io'), 'without https://');
    assert.match(message('ghcr.io/Acme'), 'no registry such as');
    assert.match(message('author:hunter2@host'), 'must not hold credentials');
    assert.not.match(message('author:hunter2@host'), 'hunter2');
  });

  test('wants username and password together, and a registry for them', () => {
    const env = { TOKEN: 'x' };
    const password = ['--registry-password', 'env://TOKEN'];
    const registry = ['--registry', 'ghcr.io/acme'];
    assert.is(refused({ argv: ['--registry-username', 'author', ...password], env }).details.length, 2);
    assert.match(refused({ argv: [...registry, ...password], env }).message, 'needs a registry username');
    assert.match(
      refused({ argv: [...registry, '--registry-username', 'author'] }).message,
      'needs a registry password',
    );
    const config = read({ argv: [...registry, ...password, '--registry-username', 'author'], env });
    assert.equal([config.registryUsername, config.registryPassword], ['author', 'env://TOKEN']);
  });

  test('checks the kubeconfig and its context, and shows nothing else of it', () => {
    const files = {
      '/k': kubeconfig,
      '/k2': kubeconfig.replace('current-context: staging', ''),
      '/bad': 'clusters: [',
      '/no': 'a: b',
    };
    const withContext = (context: string) => ['health', '--kubeconfig', '/k', '--context', context];
    assert.is(read({ argv: withContext('production'), files }).context, 'production');
    const wrong = refused({ argv: withContext('producton'), files });
    assert.is(wrong.code, 'KUBECONFIG');
    assert.match(wrong.message, '"producton" is not in /k; did you mean production?');
    assert.not.match(wrong.message, 's3cr3t');
    assert.match(
      refused({ argv: ['--kubeconfig', '/k2'], files }).message,
      'no current context; give --context one of: staging',
    );
    assert.match(refused({ argv: ['--kubeconfig', '/bad'], files }).message, 'cannot be read as a kubeconfig');
    assert.match(refused({ argv: ['--kubeconfig', '/no'], files }).message, 'cannot be read as a kubeconfig');
    assert.match(refused({ argv: ['--context', 'x'] }).message, 'no use without a kubeconfig');
  });

  test('follows the rules of Kubernetes for names', () => {
    assert.match(refused({ argv: ['--namespace', 'my_shop'] }).message, 'lower-case letters');
    assert.match(refused({ argv: ['--release', 'a'.repeat(54)] }).message, 'has 54 characters, and at most 53');
    assert.is(read({ argv: ['--namespace', 'a'.repeat(63)] }).namespace.length, 63);
    assert.match(refused({ argv: ['--name', 'a'.repeat(41)] }).message, 'at most 40');
  });

  test('checks the chart, the values files and the values', () => {
    assert.match(refused({ argv: ['--chart', '/repository/example'] }).message, 'holds no Chart.yaml');
    assert.match(refused({ argv: ['--chart', '/chart.tgz'], files: { '/chart.tgz': '' } }).message, 'is a file');
    const chart = (description: string, values: string) =>
      refused({ argv: ['--chart', '/c'], files: { '/c/Chart.yaml': description, '/c/values.yaml': values } }).message;
    assert.match(chart('name: [', ''), /\/c\/Chart\.yaml cannot be read: .*at line 1/);
    assert.match(chart('version: 1.0.0', ''), '/c/Chart.yaml names no chart');
    assert.match(chart('name: c\nversion: 1.0.0', 'a: 1\nb: ['), /\/c\/values\.yaml cannot be read: .*at line 2/);
    assert.match(refused({ argv: ['--values', 'x.yaml'] }).message, 'there is no file /home/author/shop/x.yaml');
    const { message } = refused({ argv: ['--set', 'hunter2'] });
    assert.match(message, 'key=value');
    assert.not.match(message, 'hunter2');
  });
});

describe('readConfig on secrets', (test) => {
  const registry = ['--registry', 'ghcr.io/acme', '--registry-username', 'author'];

  test('refuses a secret itself, wherever it is written, without repeating it', () => {
    for (const given of [
      { argv: [...registry, '--registry-password', 'hunter2'] },
      { argv: registry, env: { PIPELINE_REGISTRY_PASSWORD: 'hunter2' } },
      { argv: registry, file: 'registryPassword: hunter2' },
      { argv: ['--slack-webhook', 'https://hooks.slack.com/services/hunter2'] },
      { argv: [...registry, '--registry-password', 'vault://hunter2'] },
      { argv: ['--registry-pasword', 'hunter2', 'hunter2'] },
    ]) {
      const { message, details } = refused(given);
      assert.not.match([message, ...details].join('\n'), 'hunter2');
    }
    assert.match(
      refused({ argv: [...registry, '--registry-password', 'hunter2'] }).message,
      'give a reference, env://NAME',
    );
  });

  test('wants references that lead somewhere', () => {
    const message = (reference: string, files = {}) =>
      refused({ argv: [...registry, '--registry-password', reference], env: { EMPTY: '' }, files }).message;
    assert.match(message('env://NOWHERE'), 'the variable NOWHERE is not set');
    assert.match(message('env://EMPTY'), 'the variable EMPTY is not set');
    assert.match(message('file://pw'), '/home/author/shop/pw cannot be read');
    assert.match(message('file:///pw', { '/pw': '\n' }), 'is empty');
  });

  test('makes the path of a reference absolute', () => {
    const argv = [...registry, '--registry-password', 'file://~/pw'];
    assert.is(read({ argv, files: { '/home/author/pw': 'x\n' } }).registryPassword, 'file:///home/author/pw');
  });

  test('uses SLACK_WEBHOOK_URL when it is set', () => {
    const env = { SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/x', OTHER: 'x' };
    assert.is(read({ env }).slackWebhook, 'env://SLACK_WEBHOOK_URL');
    assert.is(read({ env, argv: ['--slack-webhook', 'env://OTHER'] }).slackWebhook, 'env://OTHER');
    assert.is(read({ env: { SLACK_WEBHOOK_URL: '' } }).slackWebhook, undefined);
  });
});
