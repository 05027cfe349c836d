"""Requirements files, taken apart: what an index or a git server serves, and what lies in the project's own folders."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path

from frozen import for_this_machine

INCLUDE = re.compile(r'^(?:-r|--requirement)(?:\s+|=)?(?P<file>\S+)')
CONSTRAINT = re.compile(r'^(?:-c|--constraint)(?:\s+|=)?(?P<file>\S+)')
EDITABLE = re.compile(r'^(?:-e|--editable)(?:\s+|=)?(?P<target>.+)')
COMMENT = re.compile(r'(^|\s)#.*$')


@dataclass
class Requirements:
    lines: list[str] = field(default_factory=list)
    """Lines for the index or a git server, includes resolved, as they stood but for those of another kind of machine."""
    local: list[str] = field(default_factory=list)
    """Folders of the project, as `uv pip install` takes them: `-e .[dev]`, `./libs/x`. They need the sources."""
    constraints: list[Path] = field(default_factory=list)
    missing: list[Path] = field(default_factory=list)
    """Files that are included but not there."""


def read_requirements(files: list[Path]) -> Requirements:
    """Reads the files and what they include, each once. As with pip, only includes are relative to the file."""
    found = Requirements()
    seen: set[Path] = set()

    def read(file: Path) -> None:
        file = file.resolve()
        if file in seen:
            return
        seen.add(file)
        if not file.is_file():
            found.missing.append(file)
            return
        for line in map(_moved, _logical_lines(_text(file))):
            include, constraint, editable = INCLUDE.match(line), CONSTRAINT.match(line), EDITABLE.match(line)
            if include:
                read(file.parent / include['file'])
            elif constraint:
                path = (file.parent / constraint['file']).resolve()
                (found.constraints if path.is_file() else found.missing).append(path)
            elif editable and '://' in editable['target']:
                # A checkout that can be edited is of no use in an image; a version of a repository is the same code.
                found.lines.append(_named(editable['target'].strip()))
            elif editable:
                found.local.append(f'-e {editable["target"].strip()}')
            elif re.match(r'^(\.|/|file:)', line):
                found.local.append(line)
            else:
                found.lines.append(for_this_machine(_as_pip_reads_it(line)))

    for file in files:
        read(file)
    return found


def _text(file: Path) -> str:
    """UTF-8, or what `pip freeze > requirements.txt` makes in PowerShell: UTF-16."""
    content = file.read_bytes()
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode('utf-16' if utf16 else 'utf-8-sig')


def _logical_lines(text: str) -> list[str]:
    """Lines without comments, those that a backslash continues joined to one."""
    joined = re.sub(r'\\\r?\n', ' ', text)
    lines = (COMMENT.sub('', line).strip() for line in joined.splitlines())
    return [line for line in lines if line]


def _moved(line: str) -> str:
    """With the index and git servers where they are now: not every network leads there from the old place, nor does each server."""
    return re.sub(r'https?://pypi\.python\.org/simple', 'https://pypi.org/simple', line).replace('git+git://', 'git+https://')


def _as_pip_reads_it(line: str) -> str:
    """
    Without options behind a requirement that are no hashes: pip takes no notice of most of them, such as
    `--no-binary psycopg2`, and uv forgives none.
    """
    return line if line.startswith('-') else re.sub(r'\s--(?!hash\b)[a-z-]+(?:[= ](?!--)\S+)?', '', line)


def _named(url: str) -> str:
    """`git+https://host/x.git@v1#egg=x` as `x @ git+https://host/x.git@v1`, which every installer understands."""
    base, _, fragment = url.partition('#')
    egg = re.search(r'(?:^|&)egg=([^&]+)', fragment)
    return f'{egg[1]} @ {base}' if egg else url
