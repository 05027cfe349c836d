import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PipelineError } from '../../core/errors.ts';
import type { StandalonePython } from '../parts/recipes.ts';
import { command } from './command.ts';
import { packedLayer } from './layers.ts';
import { pythonHeaders } from './pythonHeaders.ts';

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
  { version, sum, headers }: StandalonePython,
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
  const [, minor = ''] = /-(\d+\.\d+)\./.exec(version) ?? [];
  const tree = join(folder, 'tree');
  const local = join(tree, 'usr/local');
  write(join(Dir, 'python/internal/data', `linux-${arch() === 'x64' ? 'amd64' : arch()}`), local);
  const library = join(local, `lib/python${minor}`);
  const packages = join(library, 'site-packages');
  mkdirSync(packages, { recursive: true });
  // Pure Python: the one beside Debian's own serves this one, too.
  symlinkSync('/usr/lib/python3/dist-packages/pip', join(packages, 'pip'));
  await pythonHeaders(headers, local, minor, logFile, signal);
  buildsWithGcc(library);
  await compile(join(local, `bin/python${minor}`), library, tree, logFile, signal);
  await packedLayer(folder, logFile, signal, (root) => renameSync(join(tree, 'usr'), join(root, 'usr')));
  rmSync(tree, { recursive: true });
}

/** Takes the module's files out of how they lie there. */
function write(source: string, local: string): void {
  const { files } = JSON.parse(readFileSync(join(source, 'files.json'), 'utf8')) as { files: Entry[] };
  for (const { name, perm, symlink } of files) {
    const target = join(local, name);
    if (perm >= directory) mkdirSync(target, { recursive: true });
    else if (symlink) symlinkSync(symlink, target);
    else writeFileSync(target, content(join(source, name)), { mode: perm & 0o777 });
  }
}

/** Packages are built with the compiler that Python was built with, if nobody says otherwise. Debian's is another. */
function buildsWithGcc(library: string): void {
  const words: readonly [RegExp, string][] = [
    [/\bclang\+\+/g, 'c++'],
    [/\bclang\b/g, 'cc'],
    [/\/tools\/llvm\/bin\/llvm-ar/g, 'ar'],
    [/\/install\b/g, '/usr/local'],
  ];
  for (const name of readdirSync(library).filter((each) => each.startsWith('_sysconfigdata_'))) {
    const file = join(library, name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      words.reduce((told, [word, other]) => told.replace(word, other), text),
    );
  }
}

/** Whom an application runs as may not write beside Python, which would compile its library at each start. */
async function compile(python: string, library: string, tree: string, logFile: string, signal: AbortSignal) {
  const where = ['-s', tree, '-p', '/', '--invalidation-mode', 'unchecked-hash', library];
  await command([python, '-B', '-m', 'compileall', '-q', '-j', '0', ...where], {
    env: { PYTHONHASHSEED: '0' },
    logFile,
    signal,
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
