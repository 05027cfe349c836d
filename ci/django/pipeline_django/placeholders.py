"""
Stand-ins for environment variables without which an application's settings do not load. Where it runs, they are there; where
its image is made and its tests run, nobody needs what is in them.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from typing import Callable, MutableMapping, Optional, TypeVar

T = TypeVar('T')

PLACEHOLDER = '0'
"""Is text, a number, a list, and no to whatever is switched on by a variable."""

DATABASE = (
    (re.compile(r'DATABASE_URL$'), 'sqlite://:memory:'),
    (re.compile(r'(DB|DATABASE)_ENGINE$'), 'django.db.backends.sqlite3'),
    (re.compile(r'(DB|DATABASE)_(NAME|DATABASE)$'), ':memory:'),
)
"""For variables that say where the database is: one that needs neither a server nor a file."""

NAMED = (
    # python-decouple
    re.compile(r'^(\w+) not found\. Declare it as envvar'),
    # django-environ, and the function that many settings have of their own
    re.compile(r'^Set the (\w+) env'),
    # environs
    re.compile(r'^Environment variable "(\w+)" not set'),
    # what settings say by themselves
    re.compile(r'\b([A-Z][A-Z0-9_]+) environment variable (?:is )?(?:not (?:defined|found|set)|missing|required)'),
    # in whatever words
    re.compile(r'\b(DATABASE_URL)\b'),
)


WITHOUT_DEFAULT = re.compile(r"(?:environ\.get|getenv)\(\s*['\"](\w+)['\"]\s*\)")


def with_placeholders(load: Callable[[], T], environ: MutableMapping[str, str]) -> tuple[T, dict[str, str]]:
    """
    What `load` returns, called again and again until it lacks no variable, and what was put into `environ` for it.
    Raises whatever else it raises.
    """
    given: dict[str, str] = {}
    before = set(sys.modules)
    while True:
        try:
            return load(), given
        except Exception as error:
            # A base module that went through would have been added to twice.
            _forget(set(sys.modules) - before)
            name = missing_variable(error)
            if name is None or name in environ:
                raise
            environ[name] = given[name] = stand_in(name)


def stand_in(name: str) -> str:
    """What a variable holds that has this name and no value."""
    return next((value for pattern, value in DATABASE if pattern.search(name)), PLACEHOLDER)


def missing_variable(error: Optional[BaseException]) -> Optional[str]:
    """The environment variable that an exception, or one behind it, says is not there."""
    while error is not None:
        if isinstance(error, KeyError) and _raised_in(error) == 'os':
            return str(error.args[0])
        named = next((found for pattern in NAMED if (found := pattern.search(str(error)))), None) or _used(error)
        if named:
            return named[1]
        error = error.__cause__ or error.__context__
    return None


def _used(error: BaseException) -> Optional[re.Match[str]]:
    """`os.environ.get('HOSTS').split()`: the variable without a default that the line reads where None was in the way."""
    lines = traceback.extract_tb(error.__traceback__)
    if not lines or "'NoneType'" not in str(error):
        return None
    return WITHOUT_DEFAULT.search(lines[-1].line or '')


def _forget(modules: set[str]) -> None:
    """Has modules of the application imported anew; it lies in the working folder."""
    for name in modules:
        if (getattr(sys.modules[name], '__file__', None) or '').startswith(f'{os.getcwd()}{os.sep}'):
            del sys.modules[name]


def _raised_in(error: BaseException) -> Optional[str]:
    """The module whose line raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_globals.get('__name__') if trace else None
