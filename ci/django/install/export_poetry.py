"""
Writes the dependencies of a Poetry project as a requirements file. Runs where poetry-core is installed.

    python export_poetry.py FOLDER OUTPUT [GROUP...]
"""

import sys
from pathlib import Path

from poetry.core.factory import Factory


def main(folder, output, *groups):
    package = Factory().create_poetry(Path(folder)).package
    names = ['main', *(name for name in groups if package.has_dependency_group(name))]
    dependencies = [dependency for name in names for dependency in package.dependency_group(name).dependencies]
    lines = []
    for dependency in dependencies:
        if dependency.is_optional():
            continue
        if dependency.is_directory() or dependency.is_file():
            print(f'note: {dependency.name} lies in a folder of the project and is not installed', file=sys.stderr)
            continue
        lines.append(dependency.to_pep_508())
    Path(output).write_text('\n'.join(lines) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main(*sys.argv[1:])
