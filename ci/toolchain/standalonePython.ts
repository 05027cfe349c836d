import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PipelineError } from '../errors.ts';
import { command } from './command.ts';
import { packedLayer } from './layers.ts';

/**
 * A version of Python that Debian does not have: python-build-standalone, which uv installs as well, as a Go module brings it along.
 * Its headers are left out there, so that packages without a wheel cannot be built with it.
 */
export interface StandalonePython {
  /** Of the module, which names those of Python and of its build. */
  version: string;
  /** What go.sum would say. */
  sum: string;
}

const module = 'github.com/kluctl/go-embed-python';

/** An entry of the module's list; a file may lie there packed. */
interface Entry {
  name: string;
  /** Go's fs.FileMode. */
  perm: number;
  symlink?: string;
}

const directory = 2 ** 31;

/**
 * Makes `layer.tar.gz` in `folder`: this Python in /usr/local, above an image that has Debian's with pip.
 * @throws PipelineError TOOLCHAIN
 */
export async function standalonePython(
  { version, sum }: StandalonePython,
  folder: string,
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  const asked = await command(['go', 'mod', 'download', '-json', `${module}@${version}`], {
    cwd: folder,
    env: { GOFLAGS: '-mod=mod' },
    logFile,
    signal,
  });
  const { Dir, Sum } = JSON.parse(asked) as { Dir: string; Sum: string };
  if (Sum !== sum) throw new PipelineError('TOOLCHAIN', `${module}@${version} is not what it was: ${Sum}, not ${sum}`);
  const source = join(Dir, 'python/internal/data', `linux-${arch() === 'x64' ? 'amd64' : arch()}`);
  const { files } = JSON.parse(readFileSync(join(source, 'files.json'), 'utf8')) as { files: Entry[] };
  const [, minor = ''] = /-(\d+\.\d+)\./.exec(version) ?? [];
  await packedLayer(folder, logFile, signal, (root) => {
    const local = join(root, 'usr/local');
    for (const { name, perm, symlink } of files) {
      const target = join(local, name);
      if (perm >= directory) mkdirSync(target, { recursive: true });
      else if (symlink) symlinkSync(symlink, target);
      else writeFileSync(target, content(join(source, name)), { mode: perm & 0o777 });
    }
    const packages = join(local, `lib/python${minor}/site-packages`);
    mkdirSync(packages, { recursive: true });
    // Pure Python: the one beside Debian's own serves this one, too.
    symlinkSync('/usr/lib/python3/dist-packages/pip', join(packages, 'pip'));
  });
}

function content(file: string): Buffer {
  try {
    return gunzipSync(readFileSync(`${file}.gz`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return readFileSync(file);
  }
}
