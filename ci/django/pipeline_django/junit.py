"""
`manage.py test --testrunner pipeline_django.junit.JUnitRunner`: the application's own test runner, plus JUnit files.

JUNIT_DIR names the folder of the files, one per test class.
"""

import inspect
import os
import sys
import unittest

from django.conf import settings
from django.db import connections
from django.test.runner import DiscoverRunner
from django.test.utils import get_runner
from xmlrunner import XMLTestRunner

from pipeline_django.nameless import give_names


def with_junit(base: type, folder: str) -> type:
    """`base`, a test runner class, extended to write JUnit into `folder`; itself if it is not derived from Django's."""
    if not issubclass(base, DiscoverRunner):
        print(f'{base.__name__} is not derived from DiscoverRunner: no JUnit files are written.', file=sys.stderr)
        return base

    class JUnitRunner(base):
        test_runner = XMLTestRunner

        def setup_databases(self, **kwargs):
            give_names(connections.databases.values())
            return super().setup_databases(**kwargs)

        def get_resultclass(self):
            # None is XMLTestRunner's own: no other knows how to write the files.
            return None

        def get_test_runner_kwargs(self):
            known = inspect.signature(unittest.TextTestRunner).parameters
            own = {name: value for name, value in super().get_test_runner_kwargs().items() if name in known}
            # Without a suffix: the time stamp that is the default makes names that no one can refer to.
            return {**own, 'resultclass': None, 'output': folder, 'outsuffix': ''}

    return JUnitRunner


JUnitRunner = with_junit(get_runner(settings), os.environ.get('JUNIT_DIR') or 'reports')
