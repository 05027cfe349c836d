import { join } from 'node:path';
import { debianPackages, debianRelease } from '../parts/recipes.ts';
import { sources } from '../paths.ts';
import { command } from './command.ts';
import { pack } from './pack.ts';

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
 * Makes a Debian root file system: `root.tar.gz` in `folder`.
 * @param base folder of the one that it begins with: half of the work then is done already. Its devices are not taken, as mmdebstrap
 *   makes them anew where it may.
 * @throws PipelineError TOOLCHAIN
 */
export async function debianRoot(
  of: keyof typeof debianPackages,
  base: string | null,
  folder: string,
  logFile: string,
  signal: AbortSignal,
  release: string = debianRelease,
): Promise<void> {
  const begin = base
    ? ['--variant=custom', `--setup-hook=tar -xf "${join(base, 'root.tar.gz')}" -C "$1" --exclude='./dev/*'`]
    : ['--variant=minbase'];
  const file = join(folder, 'root.tar');
  await command(
    [
      ...['mmdebstrap', ...begin, `--include=${debianPackages[of].join(',')}`],
      ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
      ...(hooks[of] ?? []).map((hook) => `--customize-hook=${hook}`),
      ...[release, file],
    ],
    { logFile, signal },
  );
  await pack(file, logFile, signal);
}
