import { join } from 'node:path';
import { command } from './command.ts';
import { debianPackages, debianRelease, sources } from './parts.ts';

/** Nobody reads manuals in a container. */
const leftOut = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'];

const updateCertificates = '/usr/sbin/update-ca-certificates';

/**
 * A pip that may install without a virtual environment, and `python`, as in the public Python image. A diversion lets Debian's program
 * beside ours have its updates.
 */
const hooks: Partial<Record<keyof typeof debianPackages, readonly string[]>> = {
  python: [
    'rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED',
    'ln -s /usr/bin/python3 "$1"/usr/local/bin/python',
    `chroot "$1" dpkg-divert --quiet --local --rename --divert ${updateCertificates}.debian --add ${updateCertificates}`,
    `copy-in "${join(sources, 'python/update-ca-certificates')}" /usr/sbin`,
  ],
};

/**
 * Makes a Debian root file system: `root.tar` in `folder`.
 * @throws PipelineError TOOLCHAIN
 */
export async function debianRoot(
  of: keyof typeof debianPackages,
  folder: string,
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  await command(
    [
      ...['mmdebstrap', '--variant=minbase', `--include=${debianPackages[of].join(',')}`],
      ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
      ...(hooks[of] ?? []).map((hook) => `--customize-hook=${hook}`),
      ...[debianRelease, join(folder, 'root.tar')],
    ],
    { logFile, signal },
  );
}
