import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../core/program.ts';

/**
 * Puts this repository into a folder, as a build server's checkout does: the files that git knows or would take, but as they
 * are now, since what is tested is what lies here.
 */
export function checkOut(folder: string): void {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0');
  for (const file of files)
    if (file && existsSync(join(root, file))) cpSync(join(root, file), join(folder, file), { recursive: true });
}
