import { cpSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Parts } from '../parts/part.ts';
import { sources } from '../paths.ts';
import { command } from './command.ts';

/**
 * Makes the file system that the engine runs in: Debian with the engine's helpers at the places where the engine, which
 * knows only its own container image, looks for them.
 */
export async function engineRoot(root: string, parts: Parts, logFile: string, signal: AbortSignal): Promise<void> {
  const tarFile = join(parts.engineDebian.path, 'root.tar.gz');
  await command(['tar', '--extract', '--numeric-owner', '--file', tarFile, '--directory', root], { logFile, signal });
  const copy = (from: string, to: string) => cpSync(from, join(root, to), { recursive: true });
  copy(join(parts.engineBinaries.path, 'engine'), 'usr/local/bin/dagger-engine');
  copy(join(parts.engineBinaries.path, 'init'), 'usr/local/bin/dagger-init');
  mkdirSync(join(root, 'opt/cni'), { recursive: true });
  copy(join(root, 'usr/lib/cni'), 'opt/cni/bin');
  copy(join(parts.engineBinaries.path, 'dnsname'), 'opt/cni/bin/dnsname');
  mkdirSync(join(root, 'etc/dagger'), { recursive: true });
  copy(join(sources, 'engine/engine.json'), 'etc/dagger/engine.json');
  mkdirSync(join(root, 'usr/libexec'), { recursive: true });
  renameSync(join(root, 'usr/sbin/dnsmasq'), join(root, 'usr/libexec/dnsmasq'));
  copy(join(sources, 'engine/dnsmasq'), 'usr/sbin/dnsmasq');
  symlinkSync('/usr/sbin/runc', join(root, 'usr/local/bin/runc'));
  for (const tables of ['xtables-legacy-multi', 'xtables-nft-multi']) {
    symlinkSync(`/usr/sbin/${tables}`, join(root, 'usr/bin', tables));
  }
}
