import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { root } from '../../core/program.ts';
import { parts } from '../../toolchain/parts/parts.ts';
import { paths } from '../../toolchain/paths.ts';
import { describe } from '../harness.ts';
import { temporaryFolder } from './support/apps.ts';
import { program } from './support/packageProgram.ts';
import { install, leftAbout, packed, runIn } from './support/packed.ts';

const command = 'node_modules/.bin/django-delivery-pipeline';

/** Makes the Node that it is given to believe that it is an old one. */
const asOldNode = [
  process.execPath,
  `--import=data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.8'})`,
];

let installed: Promise<{ folder: string; home: string }> | undefined;

/** A project with nothing but the package, once for all tests here. */
function project(): Promise<{ folder: string; home: string }> {
  installed ??= (async () => {
    const folder = temporaryFolder();
    return { folder, home: await install(await packed(), folder) };
  })();
  return installed;
}

describe('the package', (test) => {
  test('holds what a delivery needs, and nothing else', async () => {
    const { files } = await packed();
    const needed = [
      'ci/bin.js',
      'ci/api/index.js',
      'ci/api/index.d.ts',
      'ci/toolchain/make/layers.ts',
      'helm-chart/.helmignore',
    ];
    needed.push('.dockerignore', 'Dockerfile', 'README.md', 'ci/django/install/install.sh', 'k8s/kustomization.yaml');
    for (const file of needed) assert.ok(files.includes(file), file);
    for (const file of leftAbout) assert.not.ok(files.includes(file), file);
    const unwanted = /^ci\/(test|bench|chart|package|django\/tests)\/|^(example|reports)\/|node_modules|__pycache__/;
    assert.equal(
      files.filter((file) => unwanted.test(file)),
      [],
    );
    const sources = files.filter((file) => /^ci\/.*\.ts$/.test(file) && !file.endsWith('.d.ts'));
    assert.equal(
      sources.filter((file) => !file.startsWith('ci/toolchain/')),
      [],
      'only the recipes are shipped as they are',
    );
  });

  test('leaves nothing compiled in the checkout that it was made in', async () => {
    const { copy } = await packed();
    const all = readdirSync(join(copy, 'ci'), { recursive: true, encoding: 'utf8' });
    assert.ok(all.includes('bin.ts'));
    assert.equal(
      all.filter((file) => /\.(js|d\.ts)$/.test(file)),
      [],
    );
  });

  test('has chart, Dockerfile and all that is not compiled byte by byte as in the checkout', async () => {
    const { files } = await packed();
    const { home } = await project();
    const same = files.filter((file) => !/\.(js|d\.ts)$|^package\.json$/.test(file));
    assert.ok(same.length > 100);
    for (const file of same) {
      const [here, there] = [join(root, file), join(home, file)];
      assert.ok(readFileSync(there).equals(readFileSync(here)), file);
      assert.is(statSync(there).mode & 0o111, statSync(here).mode & 0o111, file);
    }
  });

  test('names the parts of the toolchain as the checkout does, so that nothing is built twice', async () => {
    const { folder, home } = await project();
    const where = paths({ HOME: folder });
    const script = `
      const { parts } = await import('${home}/ci/toolchain/parts/parts.js');
      console.log(JSON.stringify(await parts(${JSON.stringify(where)})));`;
    const { stdout, stderr } = await runIn(folder, [process.execPath, '--input-type=module', '--eval', script]);
    assert.is(stderr, '');
    assert.equal(JSON.parse(stdout), await parts(where));
  });
}, 600_000);

describe('the command of the package', (test) => {
  test('is found by npx, and tells its versions', async () => {
    const { folder } = await project();
    const { code, stdout } = await runIn(folder, ['npx', '--no-install', 'django-delivery-pipeline', '--version']);
    assert.is(code, 0);
    assert.match(stdout, /^django-delivery-pipeline \d.*\nDagger SDK \d.*\nNode \d.*\n$/);
  });

  test('helps by the name that it was started by', async () => {
    const { folder } = await project();
    const { code, stdout } = await runIn(folder, [command, '--help']);
    assert.is(code, 0);
    assert.match(stdout, 'Usage: npx django-delivery-pipeline [command] [flags]');
    assert.match(stdout, 'default: the current folder');
    assert.not.match(stdout, 'npm run');
  });

  test('refuses wrong settings with 64 and no stack', async () => {
    const { folder } = await project();
    const { code, stdout, stderr } = await runIn(folder, [command, '--sorce', 'x', '--name', 'Big']);
    assert.is(code, 64);
    assert.is(stdout, '');
    assert.match(
      stderr,
      /2 settings are wrong[\s\S]*did you mean --source\?[\s\S]*npx django-delivery-pipeline --help/,
    );
    assert.not.match(stderr, /^\s+at /m);
  });

  test('delivers the folder that it is started in', async () => {
    const { folder } = await project();
    const { code, stderr } = await runIn(folder, [command, '--reports', temporaryFolder()]);
    assert.is(code, 64);
    assert.match(stderr, /the source holds no Python project[\s\S]*found: .*package\.json/);
  });

  test('is the toolchain, too', async () => {
    const { folder } = await project();
    // A home without an engine: this looks, and changes nothing.
    const { code, stdout } = await runIn(folder, [command, 'toolchain', 'status'], {
      HOME: folder,
      XDG_CACHE_HOME: '',
    });
    assert.is(code, 69);
    assert.match(stdout, /^missing .*engine-binaries-[\s\S]*not running engine/m);
  });
}, 600_000);

describe('the command of the package under an old Node', (test) => {
  test('goes on with the Node that was installed with it', async () => {
    const { folder } = await project();
    const { code, stdout, stderr } = await runIn(folder, [...asOldNode, command, '--version']);
    assert.is(code, 0, stderr);
    assert.match(stdout, /\nNode 24\./);
  });

  test('passes a signal on, and ends with the exit code of the other', async () => {
    const { folder } = await project();
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as { port: number };
    const [file, ...argv] = [...asOldNode, command, '--source', `http://127.0.0.1:${port}/shop.git`];
    const child = spawn(file, [...argv, '--reports', temporaryFolder()], { cwd: folder });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const code = new Promise((ended) => child.on('close', ended));
    // git has asked a server that does not answer. Only the one that was started is told.
    const socket = await new Promise<Socket>((asked) => server.once('connection', asked));
    child.kill('SIGTERM');
    assert.is(await code, 143, stderr);
    assert.match(stderr, 'SIGTERM: stopping');
    socket.destroy();
    server.close();
  });

  test('says what is missing when it was installed without one, in one line', async () => {
    const { folder } = await project();
    const bundled = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`);
    renameSync(bundled, `${bundled}-away`);
    try {
      const { code, stdout, stderr } = await runIn(folder, [...asOldNode, command, '--version']);
      assert.equal([code, stdout], [64, '']);
      assert.match(
        stderr,
        /^django-delivery-pipeline: Node 22\.18 or newer is needed; this is Node 18\.20\.8 \(.*\)\n$/,
      );
    } finally {
      renameSync(`${bundled}-away`, bundled);
    }
  });
}, 600_000);

describe('the function of the package', (test) => {
  test('has types that a strict compiler accepts, libraries included', async () => {
    const { folder } = await project();
    const page = readFileSync(join(root, 'docs/npm-package.md'), 'utf8');
    const example = /```ts\n(import .*? from 'django-delivery-pipeline';\n.*?)```/s.exec(page)?.[1] ?? '';
    assert.match(example, 'await pipeline(');
    writeFileSync(join(folder, 'deliver.ts'), program);
    writeFileSync(join(folder, 'example.ts'), example);
    const tsc = [process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict'];
    tsc.push('--types', 'node', '--typeRoots', join(root, 'node_modules/@types'));
    tsc.push('--target', 'es2024', '--module', 'nodenext', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes');
    const good = await runIn(folder, [...tsc, 'deliver.ts', 'example.ts']);
    assert.equal([good.code, good.stdout], [0, '']);
    writeFileSync(join(folder, 'wrong.ts'), program.replace('deployTimeout: 600', 'deployTimout: 600'));
    const wrong = await runIn(folder, [...tsc, 'wrong.ts']);
    assert.is(wrong.code, 1);
    assert.match(wrong.stdout, "'deployTimout' does not exist in type 'Settings'");
  });

  test('does what its types say', async () => {
    const { folder } = await project();
    writeFileSync(join(folder, 'deliver.ts'), program);
    const { code, stdout, stderr } = await runIn(folder, [process.execPath, 'deliver.ts']);
    assert.equal([code, stdout, stderr], [0, '', '']);
  });
}, 600_000);
