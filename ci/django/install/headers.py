"""What Debian has for Python packages that have to be built, because their authors offer no wheel for this Python."""

from __future__ import annotations

import re
import sysconfig
from pathlib import Path
from typing import Iterable

from names import normal

COMPILERS = ('g++', 'libc6-dev', 'make', 'pkg-config')

# Python package: Debian packages with the headers of the libraries that it is linked with, as its own documentation
# says. Names that Debian 12 and 13 both have.
HEADERS = {
    'cffi': ('libffi-dev',),
    'gssapi': ('libkrb5-dev',),
    'lxml': ('libxml2-dev', 'libxslt1-dev'),
    'm2crypto': ('libssl-dev', 'swig'),
    'mysqlclient': ('default-libmysqlclient-dev',),
    'pillow': ('libfreetype-dev', 'libjpeg-dev', 'zlib1g-dev'),
    'psycopg-c': ('libpq-dev',),
    'psycopg2': ('libpq-dev',),
    'psycopg2-binary': ('libpq-dev',),
    'pycairo': ('libcairo2-dev',),
    'pycurl': ('libcurl4-openssl-dev', 'libssl-dev'),
    'pygraphviz': ('libgraphviz-dev',),
    'pylibmc': ('libmemcached-dev', 'zlib1g-dev'),
    'pyodbc': ('unixodbc-dev',),
    'python-ldap': ('libldap-dev', 'libsasl2-dev'),
    'xmlsec': ('libxml2-dev', 'libxmlsec1-dev'),
}

# uv's `Building psycopg2==2.9.10` and "Failed to build `psycopg2==2.9.10`", with ` @ git+https://…` for another origin.
BUILDS = re.compile(r'(?:^ *Building |Failed to build `)([\w.-]+?)(?:==| @ |`)', re.MULTILINE)

# What setuptools, Meson, CMake and packages themselves say where there is no compiler or a header is missing.
NO_COMPILER = re.compile(
    r"\b(?:gcc|cc1|g\+\+|c\+\+)['`:, ]|'cc'|C(?:\+\+)? compiler|[Uu]nknown compiler|CMAKE_C(?:XX)?_COMPILER"
    r'|pkg-config|pg_config|mysql_config|fatal error: \S+\.h'
)


def wanted(output: str) -> set[str]:
    """
    Debian packages that may let a build succeed which has failed.

    output: all that uv printed. Nothing where a compiler is no part of the matter.
    """
    if 'Failed to build' not in output:
        return set()
    names = {normal(name) for name in BUILDS.findall(output)}
    if names.isdisjoint(HEADERS) and not NO_COMPILER.search(output):
        return set()
    return headers(names).union(COMPILERS)


def headers(names: Iterable[str]) -> set[str]:
    """
    Debian packages with the headers of the libraries that Python packages are linked with, and so with these libraries.

    names: normal ones
    """
    # A Python that is Debian's comes without its own.
    own = () if Path(sysconfig.get_path('include'), 'Python.h').exists() else ('python3-dev',)
    return {*own, *(package for name in names for package in HEADERS.get(name, ()))}
