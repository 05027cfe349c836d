import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import type { Parts } from '../parts/part.ts';
import { registryConfig } from '../parts/registryConfig.ts';
import { sources } from '../paths.ts';
import { command } from './command.ts';
import { pack } from './pack.ts';

/** Builds `layer.tar.gz` in `folder` from finished parts. */
export type LayerBuild = (folder: string, parts: Parts, logFile: string, signal: AbortSignal) => Promise<void>;

/** The names under which the one Kubernetes binary plays the parts of a node. */
const nodeParts = [
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'local-path-provisioner'],
];

/**
 * Where the host trusts authorities of its own, the engine brings them into each container that it runs: by running this program before
 * and behind each command, in containers of their own, or where there is none by adding a few lines to the bundle. A whiteout takes it
 * out of Debian's layer below; the bundle stays.
 */
function withoutCertificateUpdates(root: string): void {
  mkdirSync(join(root, 'usr/sbin'), { recursive: true });
  writeFileSync(join(root, 'usr/sbin/.wh.update-ca-certificates'), '');
}

/** helm and kubectl. */
export const toolsLayer: LayerBuild = (folder, parts, logFile, signal) =>
  packedLayer(folder, logFile, signal, (root) => {
    withoutCertificateUpdates(root);
    cpSync(join(parts.toolBinaries.path, 'helm'), join(root, 'usr/local/bin/helm'));
    cpSync(join(parts.kubernetesBinaries.path, 'kubectl'), join(root, 'usr/local/bin/kubectl'));
  });

/** kubeconform and helm-unittest, at the places of their own images: the one in the root, the other a plugin of helm. */
export const lintLayer: LayerBuild = (folder, parts, logFile, signal) =>
  packedLayer(folder, logFile, signal, (root) => {
    cpSync(join(parts.toolBinaries.path, 'kubeconform'), join(root, 'kubeconform'));
    const plugin = join(root, 'usr/local/share/helm/plugins/unittest');
    cpSync(join(parts.toolBinaries.path, 'helm-unittest'), join(plugin, 'untt'));
    cpSync(join(sources, 'tools/plugin.yaml'), join(plugin, 'plugin.yaml'));
  });

/** A registry with nothing else in it, at the places of registry:3. */
export const registryLayer: LayerBuild = (folder, parts, logFile, signal) =>
  packedLayer(folder, logFile, signal, (root) => {
    cpSync(join(parts.toolBinaries.path, 'registry'), join(root, 'bin/registry'));
    mkdirSync(join(root, 'etc/distribution'), { recursive: true });
    writeFileSync(join(root, 'etc/distribution/config.yml'), registryConfig('/var/lib/registry', ':5000'));
  });

/** A Kubernetes node with k3s's conventions. */
export const nodeLayer: LayerBuild = async (folder, parts, logFile, signal) => {
  const pause = join(folder, 'pause');
  await pauseImage(join(parts.nodeDebian.path, 'root.tar.gz'), pause, logFile, signal);
  await packedLayer(folder, logFile, signal, (root) => {
    withoutCertificateUpdates(root);
    const bin = join(root, 'usr/local/bin');
    cpSync(join(parts.kubernetesBinaries.path, 'kubernetes'), join(bin, 'kubernetes'));
    for (const name of nodeParts) symlinkSync('kubernetes', join(bin, name));
    cpSync(join(parts.kubernetesBinaries.path, 'kubectl'), join(bin, 'kubectl'));
    cpSync(join(parts.toolBinaries.path, 'coredns'), join(bin, 'coredns'));
    cpSync(join(sources, 'kubernetes/node'), join(root, 'usr/share/node'), { recursive: true });
    cpSync(join(sources, 'kubernetes/node/k3s'), join(bin, 'k3s'));
    cpSync(join(pause, 'image.tar'), join(root, 'usr/share/node/images/pause.tar'));
  });
  rmSync(pause, { recursive: true });
};

// The pause container of every pod, as an archive that the node loads at its start: no registry is asked for it.
async function pauseImage(debianTar: string, folder: string, logFile: string, signal: AbortSignal): Promise<void> {
  const content = join(folder, 'content');
  const unpacked = join(folder, 'debian');
  mkdirSync(content, { recursive: true });
  mkdirSync(unpacked);
  await command(['tar', '--extract', '--file', debianTar, '--directory', unpacked, './usr/bin/catatonit'], {
    logFile,
    signal,
  });
  await layer(content, logFile, signal, (root) => cpSync(join(unpacked, 'usr/bin/catatonit'), join(root, 'pause')));
  const diffId = createHash('sha256')
    .update(readFileSync(join(content, 'layer.tar')))
    .digest('hex');
  const config = {
    architecture: arch() === 'x64' ? 'amd64' : arch(),
    os: 'linux',
    config: { Entrypoint: ['/pause', '-P'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${diffId}`] },
  };
  writeFileSync(join(content, 'config.json'), JSON.stringify(config));
  const manifest = [{ Config: 'config.json', RepoTags: ['docker.io/node/pause:1'], Layers: ['layer.tar'] }];
  writeFileSync(join(content, 'manifest.json'), JSON.stringify(manifest));
  await tar(content, join(folder, 'image.tar'), logFile, signal);
}

/** Makes `layer.tar.gz` in `folder` of what `fill` puts into a root. */
export async function packedLayer(
  folder: string,
  logFile: string,
  signal: AbortSignal,
  fill: (root: string) => void,
): Promise<void> {
  await layer(folder, logFile, signal, fill);
  await pack(join(folder, 'layer.tar'), logFile, signal);
}

async function layer(
  folder: string,
  logFile: string,
  signal: AbortSignal,
  fill: (root: string) => void,
): Promise<void> {
  const root = join(folder, 'root');
  mkdirSync(root, { recursive: true });
  fill(root);
  await tar(root, join(folder, 'layer.tar'), logFile, signal);
  rmSync(root, { recursive: true });
}

function tar(folder: string, file: string, logFile: string, signal: AbortSignal): Promise<string> {
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  return command(['tar', ...same, '--create', '--file', file, '--directory', folder, '.'], { logFile, signal });
}
