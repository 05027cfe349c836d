import * as assert from 'uvu/assert';
import { readConfig } from '../../../config/readConfig.ts';
import { describe } from '../../harness.ts';
import { fakeFacts } from './fakeFacts.ts';
import { type Given, read, refused } from './reading.ts';

const registry = ['--registry', 'ghcr.io/acme'];
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
      lockTimeout: 600,
      lint: 'strict',
      rehearsal: 'try',
      trigger: { kind: 'person', by: 'author on laptop' },
      reports: '/home/author/shop/reports',
      buildNumber: 'local',
    });
  });

  test('delivers the working directory where the program is installed as a package', () => {
    const facts = { ...fakeFacts({ '/home/author/shop/manage.py': '' }), defaultSource: '/home/author/shop' };
    const { source, name } = readConfig([], {}, undefined, facts);
    assert.equal([source, name], ['/home/author/shop', 'shop']);
  });

  test('calls a working copy as its repository is called, wherever a build server has put it', () => {
    const named = (folder: string, origin?: string, ...more: string[]) => {
      const copied = origin === undefined ? {} : { [`${folder}/.git/origin`]: origin };
      const { name, release } = read({
        argv: ['--source', folder, ...more],
        files: { [`${folder}/manage.py`]: '', ...copied },
      });
      return [name, release];
    };
    const origin = 'https://author:secret@example.com/acme/Shop.git';
    for (const folder of ['/agent/shop_main', '/agent/shop@2', '/agent/workspace'])
      assert.equal(named(folder, origin), ['shop', 'shop'], folder);
    assert.equal(named('/agent/shop_main'), ['shop-main', 'shop-main']);
    assert.equal(named('/agent/shop_main', origin, '--name', 'given'), ['given', 'given']);
  });

  test('prefers flags to the environment, the environment to the file, the file to the defaults', () => {
    const file = 'name: file\nnamespace: file\nrelease: file\ntestTimeout: 7m';
    const config = read({ argv: ['--name', 'flag'], env: { PIPELINE_NAME: 'env', PIPELINE_RELEASE: 'env' }, file });
    assert.equal([config.name, config.release, config.namespace, config.testTimeout], ['flag', 'env', 'file', 420]);
    assert.is(config.deployTimeout, 300);
  });

  test('knows three ways to rehearse', () => {
    assert.is(read({ env: { PIPELINE_REHEARSAL: 'require' } }).rehearsal, 'require');
    assert.match(refused({ argv: ['--rehearsal', 'no'] }).message, '--rehearsal: "no" must be require, try or off');
  });

  test('knows two ways to lint', () => {
    assert.is(read({ env: { PIPELINE_LINT: 'report' } }).lint, 'report');
    assert.match(refused({ argv: ['--lint', 'off'] }).message, '--lint');
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
    const config = read({ argv: ['--source=../app', '--values', 'v.yaml', '--kubeconfig=~/kube', ...registry], files });
    assert.equal(
      [config.source, config.values, config.kubeconfig],
      ['/home/author/app', ['/home/author/shop/v.yaml'], '/home/author/kube'],
    );
  });

  test('wants a registry beside a given cluster, but only to deliver', () => {
    const files = { '/kube': kubeconfig };
    for (const argv of [[], ['run'], ['up'], ['--trigger', 'push'], ['up', '--trigger', 'cron']]) {
      const { code, message } = refused({ argv: [...argv, '--kubeconfig', '/kube'], files });
      assert.equal([code, message.includes('a given cluster needs a registry')], ['CONFIG', true], argv.join(' '));
    }
    for (const argv of [['lint'], ['history'], ['health'], ['rollback'], ['--trigger', 'cron'], registry])
      assert.is(read({ argv: [...argv, '--kubeconfig', '/kube'], files }).kubeconfig, '/kube', argv.join(' '));
  });

  test('wants a folder for the reports that can be written', () => {
    const { code, message } = refused({ argv: ['--reports', '/read-only/reports'] });
    assert.equal([code, message], ['CONFIG', '--reports: nothing can be written to /read-only/reports']);
    assert.match(refused({ argv: ['--reports', '/f'], files: { '/f': '' } }).message, '/f is a file, not a folder');
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

  test('knows the job that counts its builds, and none where somebody else gives the number', () => {
    const jenkins = { BUILD_NUMBER: '41', JOB_NAME: 'shop', JOB_URL: 'https://jenkins/job/shop/' };
    assert.is(read({ env: jenkins }).trigger.job, 'https://jenkins/job/shop/');
    assert.is(read({ env: { BUILD_NUMBER: '41', JOB_NAME: 'shop' } }).trigger.job, 'shop');
    assert.is(read({ env: jenkins, argv: ['--build-number', '7'] }).trigger.job, undefined);
    const gitHub = (ref: string) => ({
      ...{ GITHUB_RUN_NUMBER: '7', GITHUB_SERVER_URL: 'https://github.com' },
      GITHUB_WORKFLOW_REF: `acme/shop/.github/workflows/ci.yml@refs/heads/${ref}`,
    });
    for (const ref of ['main', 'b@c'])
      assert.is(read({ env: gitHub(ref) }).trigger.job, 'https://github.com/acme/shop/.github/workflows/ci.yml');
    assert.is(read({ env: { GITHUB_RUN_NUMBER: '7' } }).trigger.job, undefined);
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
    const alias = refused({ file: 'ref: *hunter2\n' });
    assert.equal([alias.code, alias.message.includes('put it in quotes')], ['CONFIG', true]);
    assert.not.match(alias.message, 'hunter2');
    assert.not.match(message, 'hunter2');
  });
});
