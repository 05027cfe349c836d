"""What Debian has for Python packages that load libraries, or call programs, by name: nothing in their files tells."""

from __future__ import annotations

from typing import Iterable

# Python package: Debian packages, as its own documentation says. Names that Debian 12 and 13 both know.
LOADED = {
    'cairocffi': ('libcairo2',),
    'opencv-contrib-python': ('libgl1', 'libglib2.0-0'),
    'opencv-python': ('libgl1', 'libglib2.0-0'),
    'pdf2image': ('poppler-utils',),
    'psycopg': ('libpq5',),
    'pytesseract': ('tesseract-ocr',),
    'python-magic': ('libmagic1',),
    'pyzbar': ('libzbar0',),
    'weasyprint': ('libharfbuzz-subset0', 'libpango-1.0-0', 'libpangoft2-1.0-0'),
}

# Python package: others that bring along, or are linked with, what it would load.
INSTEAD = {'psycopg': ('psycopg-binary', 'psycopg-c')}


def loaded(names: Iterable[str]) -> set[str]:
    """
    Debian packages that Python packages need when they are used.

    names: normal ones, of all that are installed
    """
    installed = set(names)
    needing = (name for name in installed if installed.isdisjoint(INSTEAD.get(name, ())))
    return {package for name in needing for package in LOADED.get(name, ())}
