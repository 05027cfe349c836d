import { which } from 'zx';
import { PipelineError } from '../../core/errors.ts';
import { asInvoked } from '../../core/program.ts';
import { command } from './command.ts';

/** Programs that the toolchain calls on the host, and the Debian package of each. */
const needed = { mmdebstrap: 'mmdebstrap', tar: 'tar', unshare: 'util-linux' } as const;

/**
 * Makes sure that the host has what the toolchain calls: as root it installs what is missing, otherwise it says how.
 * @throws PipelineError HOST_PACKAGES with the one command to run
 */
export async function hostPackages(logFile: string, signal: AbortSignal): Promise<void> {
  const missing = Object.entries(needed)
    .filter(([program]) => !which.sync(program, { nothrow: true }))
    .map(([, debianPackage]) => debianPackage);
  if (!which.sync('go', { nothrow: true })) {
    throw new PipelineError('HOST_PACKAGES', 'Go 1.21 or newer is not installed; the toolchain is compiled with it');
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) {
    throw new PipelineError('HOST_PACKAGES', 'a container engine can only be started by root', {
      details: [
        asInvoked(
          `sudo ${missing.length > 0 ? `apt-get install -y ${missing.join(' ')} && sudo ` : ''}npm run toolchain -- up`,
        ),
      ],
    });
  }
  if (missing.length === 0) return;
  if (!which.sync('apt-get', { nothrow: true })) {
    throw new PipelineError('HOST_PACKAGES', `these programs are missing: ${missing.join(', ')}`);
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await command(['apt-get', 'update', '-qq'], { logFile, signal, env });
  await command(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing], { logFile, signal, env });
}
