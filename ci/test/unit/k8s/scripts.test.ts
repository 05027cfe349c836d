import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { root } from '../../../core/program.ts';
import { describe } from '../../harness.ts';
import { inFolder } from '../targets/support.ts';

const k8s = join(root, 'k8s');
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('dockerconfigjson.sh', (test) => {
  const run = (folder: string, args: string[], input: string) => {
    cpSync(join(k8s, 'registry'), folder, { recursive: true });
    return spawnSync(join(folder, 'dockerconfigjson.sh'), args, { input, encoding: 'utf8' });
  };

  test('writes what the cluster needs, for the owner alone, and does not show it', () =>
    inFolder(async (folder) => {
      const password = 'p"w:x $(id) \\n';
      const { status, stdout, stderr } = run(folder, ['ghcr.io', 'ann'], `${password}\n`);
      assert.is(status, 0, stderr);
      const file = join(folder, '.dockerconfigjson');
      const { auths } = JSON.parse(readFileSync(file, 'utf8'));
      assert.is(Buffer.from(auths['ghcr.io'].auth, 'base64').toString(), `ann:${password}`);
      assert.is(modeOf(file), '600');
      assert.not.match(stdout + stderr, 'p"w');
    }));

  test('refuses to write without a password or a name', () =>
    inFolder(async (folder) => {
      for (const [args, input] of [
        [['ghcr.io', 'ann'], '\n'],
        [['ghcr.io'], 'secret\n'],
      ] as const) {
        const { status, stderr } = run(folder, [...args], input);
        assert.is.not(status, 0);
        assert.match(stderr, 'usage: dockerconfigjson.sh REGISTRY USERNAME');
        assert.throws(() => statSync(join(folder, '.dockerconfigjson')), /ENOENT/);
      }
    }));

  test('writes where git does not look', () => {
    const ignored = execFileSync('git', ['check-ignore', 'registry/.dockerconfigjson'], { cwd: k8s, encoding: 'utf8' });
    assert.is(ignored.trim(), 'registry/.dockerconfigjson');
  });
});

/** A kubectl that writes down its arguments and answers as a cluster with a deployer does. */
const stub = `#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
  *'create token deployer'*) printf 'short.lived.token' ;;
  *"jsonpath={.clusters[0].cluster.server}"*) printf 'https://api.example.org:6443' ;;
  *"certificate-authority-data}"*) printf '%s' "$AUTHORITY" ;;
  *'get secret deployer-token'*) printf 'permanent.token' | base64 ;;
  *apply*) cat > "$CALLS.applied" ;;
esac
`;

describe('kubeconfig.sh', (test) => {
  const run = (folder: string, args: string[], env: Record<string, string> = {}) => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'kubectl'), stub);
    chmodSync(join(bin, 'kubectl'), 0o755);
    const calls = join(folder, 'calls');
    const ended = spawnSync(join(k8s, 'deployer/kubeconfig.sh'), args, {
      encoding: 'utf8',
      env: { PATH: `${bin}:${process.env['PATH']}`, CALLS: calls, AUTHORITY: 'Q0E=', ...env },
    });
    return { ...ended, calls: () => readFileSync(calls, 'utf8') };
  };

  test('writes a kubeconfig with the token alone, which no argument and no output shows', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'kubeconfig');
      writeFileSync(file, 'an old one, which all may read', { mode: 0o644 });
      const { status, stdout, stderr, calls } = run(folder, ['shop', file, '720h']);
      assert.is(status, 0, stderr);
      assert.is(modeOf(file), '600');
      const kube = new KubeConfig();
      kube.loadFromFile(file);
      assert.is(kube.getCurrentCluster()?.server, 'https://api.example.org:6443');
      assert.is(kube.getCurrentCluster()?.caData, 'Q0E=');
      assert.is(kube.getContextObject(kube.getCurrentContext())?.namespace, 'shop');
      const user = kube.getCurrentUser();
      assert.is(user?.token, 'short.lived.token');
      assert.is(user?.certData, undefined);
      assert.match(calls(), '--namespace shop create token deployer --duration 720h');
      assert.not.match(calls() + stdout + stderr, 'lived.token');
    }));

  test('makes a token without end when asked to', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'kubeconfig');
      const { status, stdout, stderr, calls } = run(folder, ['shop', file, 'permanent']);
      assert.is(status, 0, stderr);
      assert.match(readFileSync(file, 'utf8'), /^ {6}token: permanent\.token$/m);
      assert.match(readFileSync(join(folder, 'calls.applied'), 'utf8'), 'type: kubernetes.io/service-account-token');
      assert.not.match(calls(), 'create token');
      assert.not.match(calls() + stdout + stderr, 'permanent.token');
    }));

  test('does without an authority where the cluster has a public certificate', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'kubeconfig');
      assert.is(run(folder, ['shop', file], { AUTHORITY: '' }).status, 0);
      assert.not.match(readFileSync(file, 'utf8'), 'certificate-authority');
    }));

  test('says how it is called', () =>
    inFolder(async (folder) => {
      const { status, stderr } = run(folder, ['shop']);
      assert.is.not(status, 0);
      assert.match(stderr, 'usage: kubeconfig.sh NAMESPACE FILE');
    }));
});
