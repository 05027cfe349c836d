"""Packages without a wheel that are older than what setuptools has given up since. Those that build them anew get the newest."""

from __future__ import annotations

import re
import sys

CONSTRAINT = 'UV_BUILD_CONSTRAINT'
"""The variable that names uv a file with versions for whatever builds a package."""

# 58 has no use_2to3, which many packages from before 2020 ask for. Python 3.12 needs 66.1 at least, and has no distutils of its own;
# later ones have given up pkg_resources and what setup.py files took from the module itself.
OLD_SETUPTOOLS = 'setuptools<58' if sys.version_info < (3, 12) else 'setuptools>=66.1,<69'

GIVEN_UP = re.compile(
    r"use_2to3 is invalid|cannot import name '\w+' from 'setuptools|module 'setuptools\S*' has no attribute"
    r"|No module named '(?:pkg_resources|setuptools\.[\w.]+)'"
)


def needs_old_setuptools(output: str) -> bool:
    """Whether a build failed, by what uv printed, for something that setuptools had when the package was made."""
    return bool(GIVEN_UP.search(output))
