import * as assert from 'uvu/assert';
import { readConfig } from '../../../config.ts';
import { PipelineError } from '../../../errors.ts';
import { describe } from '../../harness.ts';
import { madeUpFacts } from './madeUpFacts.ts';

type Given = { argv?: string[]; env?: Record<string, string>; file?: string; files?: Record<string, string> };

const read = ({ argv = [], env = {}, file, files }: Given = {}) => readConfig(argv, env, file, madeUpFacts(files));

/** The error of settings that must be refused. */
function refused(given: Given): PipelineError {
  try {
    read(given);
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  throw new Error('the settings were accepted');
}

const kubeconfig = `
clusters: [{name: c, cluster: {server: "https://127.0.0.1"}}]
contexts: [{name: staging, context: {}}, {name: production, context: {}}]
current-context: staging
users: [{name: u, user: {token: s3cr3t-token}}]
`;

describe('readConfig', (test) => {
  test('works with nothing given', () => {
    assert.equal(read(), {
      source: '/repository/example',
      name: 'example',
      testTimeout: 1200,
      images: {},
      namespace: 'example',
      release: 'example',
      chart: '/repository/helm-chart',
      values: [],
      set: [],
      deployTimeout: 300,
      reports: '/home/author/shop/reports',
      buildNumber: 'local',
    });
  });

  test('prefers flags to the environment, the environment to the file, the file to the defaults', () => {
    const file = 'name: file\nnamespace: file\nrelease: file\ntestTimeout: 7m';
    const config = read({ argv: ['--name', 'flag'], env: { PIPELINE_NAME: 'env', PIPELINE_RELEASE: 'env' }, file });
    assert.equal([config.name, config.release, config.namespace, config.testTimeout], ['flag', 'env', 'file', 420]);
    assert.is(config.deployTimeout, 300);
  });

  test('replaces lists as a whole', () => {
    const config = read({ argv: ['--set', 'a=1', '--set', 'b={1,2}'], env: { PIPELINE_SET: 'c=3' } });
    assert.equal(config.set, ['a=1', 'b={1,2}']);
    assert.equal(read({ env: { PIPELINE_SET: 'a=1,b=2\n\nc=3' } }).set, ['a=1,b=2', 'c=3']);
    assert.equal(read({ file: 'set: [a=1, b=2]' }).set, ['a=1', 'b=2']);
    assert.equal(read({ file: 'set: a=1' }).set, ['a=1']);
  });

  test('reads images from each place', () => {
    assert.equal(read({ argv: ['--images', 'python=mirror/python:3'] }).images, { python: 'mirror/python:3' });
    assert.equal(read({ env: { PIPELINE_IMAGES: 'tools=t:1,registry=r:2' } }).images, {
      tools: 't:1',
      registry: 'r:2',
    });
    assert.equal(read({ file: 'images:\n  kubernetes: rancher/k3s:v1' }).images, { kubernetes: 'rancher/k3s:v1' });
    assert.match(refused({ argv: ['--images', 'pyton=x'] }).message, '"pyton" is no role; did you mean python?');
    assert.match(refused({ argv: ['--images', 'python'] }).message, 'not of the form role=image');
  });

  test('keeps what the file says letter by letter', () => {
    const config = read({ argv: ['--source', 'https://host/a/shop.git'], file: 'ref: 1.10\nbuildNumber: 007' });
    assert.equal([config.ref, config.buildNumber], ['1.10', '007']);
  });

  test('takes empty variables and empty keys for absent', () => {
    assert.is(read({ env: { PIPELINE_NAME: ' ' }, file: 'namespace:\nrelease: ~\nname: null' }).name, 'example');
    assert.is(read({ file: '' }).name, 'example');
    assert.is(read({ file: '# nothing\n' }).name, 'example');
  });

  test('makes paths absolute and expands the home folder', () => {
    const files = { '/home/author/app/manage.py': '', '/home/author/shop/v.yaml': '', '/home/author/kube': kubeconfig };
    const config = read({ argv: ['--source=../app', '--values', 'v.yaml', '--kubeconfig=~/kube'], files });
    assert.equal(
      [config.source, config.values, config.kubeconfig],
      ['/home/author/app', ['/home/author/shop/v.yaml'], '/home/author/kube'],
    );
  });

  test('never uses KUBECONFIG by surprise', () => {
    assert.is(read({ env: { KUBECONFIG: '/home/author/kube' } }).kubeconfig, undefined);
  });

  test('takes the build number of the build server, made to fit a tag', () => {
    assert.is(read({ env: { BUILD_NUMBER: '41' } }).buildNumber, '41');
    assert.is(read({ env: { GITHUB_RUN_NUMBER: '7' } }).buildNumber, '7');
    assert.is(read({ env: { BUILD_NUMBER: 'main #41' } }).buildNumber, 'main-41');
    assert.match(refused({ argv: ['--build-number', 'main #41'] }).message, '--build-number: "main #41"');
  });

  test('names every problem at once, in the words of the place where it was written', () => {
    const error = refused({
      argv: ['--sorce', 'x', '--deploy-timeout', 'soon', '--ref'],
      env: { PIPELINE_RELASE: 'x', PIPELINE_NAME: 'Big' },
      file: 'chrt: x\ntestTimeout: 0',
    });
    assert.is(error.code, 'CONFIG');
    assert.is(error.exitCode, 64);
    assert.is(error.message, '7 settings are wrong');
    assert.equal(error.details, [
      'pipeline.yaml: chrt: unknown key; did you mean chart?',
      'PIPELINE_RELASE: unknown variable; did you mean PIPELINE_RELEASE?',
      '--sorce: unknown flag; did you mean --source?',
      '--ref: needs a value',
      'PIPELINE_NAME: "Big" must be lower-case letters, digits and hyphens, with a letter or digit at both ends',
      'pipeline.yaml: testTimeout: "0" is no length of time such as 90, 90s, 5m or 1h',
      '--deploy-timeout: "soon" is no length of time such as 90, 90s, 5m or 1h',
    ]);
  });

  test('gives a single problem its own code and advice', () => {
    const code = (given: Given) => refused(given).code;
    assert.is(code({ argv: ['--source', 'nowhere'] }), 'SOURCE_MISSING');
    assert.is(code({ argv: ['--chart', '/repository/example'] }), 'CHART');
    assert.is(code({ argv: ['--chart', 'nowhere'] }), 'CHART');
    assert.is(code({ argv: ['--kubeconfig', 'nowhere'] }), 'KUBECONFIG');
    assert.is(code({ argv: ['--chart', 'nowhere', '--kubeconfig', 'nowhere'] }), 'CONFIG');
  });
});

describe('readConfig on flags', (test) => {
  test('says what is wrong with a flag', () => {
    assert.match(refused({ argv: ['--name', 'a', '--name', 'b'] }).message, '--name: given 2 times');
    assert.match(refused({ argv: ['--no-source'] }).message, '--no-source: unknown flag');
    assert.match(refused({ argv: ['--deployTimeout', '5m'] }).message, 'did you mean --deploy-timeout?');
    assert.match(refused({ argv: ['--set'] }).message, '--set: needs a value');
    assert.match(refused({ argv: ['--values='] }).message, '--values: needs a value');
    assert.match(refused({ argv: ['--zzzzzz'] }).message, /--zzzzzz: unknown flag$/);
  });

  test('accepts the commands and explains other words', () => {
    assert.is(read({ argv: ['up', '--name', 'shop'] }).name, 'shop');
    assert.is(read({ argv: ['run'] }).name, 'example');
    assert.match(refused({ argv: ['../shop'] }).message, 'npm run ci -- --source ../shop');
    assert.match(refused({ argv: ['--set', 'a=1', 'b=2'] }).message, 'one word belongs to no flag');
    assert.match(refused({ argv: ['run', 'up'] }).message, 'one word belongs to no flag');
    assert.match(refused({ argv: ['rnu'] }).message, 'did you mean run?');
  });

  test('does not take variables of others for its own', () => {
    assert.is(read({ env: { PIPELINE_WORKSPACE: '/x', PIPELINES_TOKEN: 'x', CI: '1' } }).name, 'example');
  });
});

describe('readConfig on the file', (test) => {
  test('accepts hyphens, and refuses the same key twice', () => {
    assert.is(read({ file: 'deploy-timeout: 1h' }).deployTimeout, 3600);
    assert.match(refused({ file: 'deploy-timeout: 1h\ndeployTimeout: 2h' }).message, 'deployTimeout: given twice');
  });

  test('says what shape a value must have', () => {
    assert.match(refused({ file: 'name: [a, b]' }).message, 'name: must be a single text');
    assert.match(refused({ file: 'set: {a: b}' }).message, 'set: must be a list of texts');
    assert.match(refused({ file: 'images: {python: [x]}' }).message, 'images: must be a map');
    assert.match(refused({ file: 'just text' }).message, 'must hold settings');
  });

  test('names the place of a syntax error and quotes nothing', () => {
    const { message } = refused({ file: 'name: shop\nregistryPassword: "hunter2\n' });
    assert.match(message, /^pipeline.yaml: no valid YAML at line \d/);
    assert.not.match(message, 'hunter2');
  });
});

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
    assert.not.match(message('ftp://author:hunter2@host/x'), 'hunter2');
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
    assert.match(refused({ argv: ['--dockerfile', '../x'] }).message, 'inside the source');
    assert.match(refused({ argv: ['--dockerfile', 'x'] }).message, 'there is no file x in /repository/example');
    assert.is(read({ argv: ['--source', 'https://h/x', '--dockerfile', 'x'] }).dockerfile, 'x');
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
    const withContext = (context: string) => ['--kubeconfig', '/k', '--context', context];
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
