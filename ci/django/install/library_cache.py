"""The list of libraries in the image that is deployed, for whoever asks for one by name (`ctypes.util.find_library`)."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

LIST = 'etc/ld.so.cache'


def enter(base: Path, layer: Path) -> None:
    """
    Writes the layer's list of the libraries in both. That of this system would name those of the compilers, too, and be
    another one where nothing had to be compiled.

    base: root of the image that the layer is copied onto
    """
    if shutil.which('ldconfig') is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for place in (base, layer):
            for file in [*place.glob('usr/lib/*-linux-*/*.so*'), *place.glob('etc/ld.so.conf*/**/*'), place / 'etc/ld.so.conf']:
                if file.is_symlink() or file.is_file():
                    copy = root / file.relative_to(place)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(file, copy, follow_symlinks=False)
        (root / 'lib').symlink_to('usr/lib')
        subprocess.run(['ldconfig', '-X', '-r', str(root)], check=True)
        (layer / LIST).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / LIST, layer / LIST)
