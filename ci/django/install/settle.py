"""
Makes a folder that becomes a layer of the image the same whenever and wherever it is built.

    python settle.py LAYER [COUNT]    LAYER/opt/venv becomes /opt/venv

All times are 1970, all files root's, and nobody else may write them: a checkout's umask does not reach the image. Python
files are compiled. Called again, it deals with what is new since. How many files and folders that were is in the file COUNT:
0 means that nothing was added, changed or removed.
"""

from __future__ import annotations

import compileall
import os
import stat
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from py_compile import PycInvalidationMode

EPOCH = 0


def count_new(layer: Path) -> int:
    return sum(path.lstat().st_mtime_ns != EPOCH for path in [layer, *layer.rglob('*')])


def settle(layer: Path) -> None:
    for folder in layer.rglob('*.dist-info'):
        forget_build_times(folder)
    compile_new(layer)
    for path in [layer, *layer.rglob('*')]:
        settle_entry(path)


def compile_new(layer: Path) -> None:
    """Bytecode that is never compared with its source: the times of both are the same for ever."""
    new = [path for path in layer.rglob('*.py') if path.is_file() and path.stat().st_mtime != EPOCH]
    # A file that does not compile, such as a template of a module, is no reason to stop.
    compiler = partial(
        compileall.compile_file,
        stripdir=str(layer),
        prependdir='/',
        force=True,
        quiet=2,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if new:
        with ProcessPoolExecutor() as pool:
            list(pool.map(compiler, map(str, sorted(new)), chunksize=64))


def forget_build_times(dist_info: Path) -> None:
    """Of a package built here, uv notes when its sources changed last, in a file that only uv reads."""
    note, record = dist_info / 'uv_cache.json', dist_info / 'RECORD'
    if not note.exists():
        return
    note.unlink()
    lines = record.read_text(encoding='utf-8').splitlines(keepends=True)
    record.write_text(''.join(line for line in lines if '/uv_cache.json,' not in line), encoding='utf-8')


def settle_entry(path: Path) -> None:
    status = path.lstat()
    if status.st_uid or status.st_gid:
        os.lchown(path, 0, 0)
    if not stat.S_ISLNK(status.st_mode):
        executable = stat.S_ISDIR(status.st_mode) or status.st_mode & stat.S_IXUSR
        mode = 0o755 if executable else 0o644
        # Even a change to the same mode would copy the file from the layer below.
        if stat.S_IMODE(status.st_mode) != mode:
            path.chmod(mode)
    if status.st_mtime_ns != EPOCH:
        os.utime(path, (EPOCH, EPOCH), follow_symlinks=False)


if __name__ == '__main__':
    # Before Python 3.11, bytecode holds sets in the order that the seed of the process gives them.
    if os.environ.get('PYTHONHASHSEED') != '0':
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, 'PYTHONHASHSEED': '0'})
    layer, *counts = map(Path, sys.argv[1:])
    # Where the folder that it was called in has been moved away, processes that are started cannot say where they are.
    os.chdir('/')
    for count in counts:
        count.write_text(str(count_new(layer)))
    settle(layer)
