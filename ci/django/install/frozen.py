"""What `pip freeze` writes on a machine of another kind, made fit for this one."""

from __future__ import annotations

import re
from pathlib import Path

from names import normal

# Their authors have no package but for Windows, where others depend on them by a marker that `pip freeze` forgets.
WINDOWS_ONLY = frozenset(('pypiwin32', 'pywin32', 'pywinpty', 'twisted-iocpsupport', 'windows-curses'))

# `asgiref @ file:///home/conda/feedstock_root/build_artifacts/asgiref_17/work`: a package that conda built there.
BUILT_THERE = re.compile(r'^(?P<name>[\w.-]+(?:\[[^\]]*\])?)\s*@\s*file://(?P<path>/\S+)')


def for_this_machine(line: str) -> str:
    """
    A line of a requirements file, as it is for most: packages for Windows alone are required there only; of one that was
    built in a folder which is not here, the name is left, and so the version free.
    """
    built = BUILT_THERE.match(line)
    if built and not Path(built['path']).exists():
        return built['name']
    name = re.match(r'[\w.-]+', line)
    if name and normal(name[0]) in WINDOWS_ONLY and ';' not in line:
        requirement, options, hashes = line.partition(' --')
        return f"{requirement.rstrip()} ; sys_platform == 'win32'{options}{hashes}"
    return line
