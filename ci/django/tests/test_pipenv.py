import json
import tempfile
import unittest
from pathlib import Path

from pipenv import locked_requirements

PYPI = {'name': 'pypi', 'url': 'https://pypi.org/simple', 'verify_ssl': True}
DJANGO = {'hashes': ['sha256:aa', 'sha256:bb'], 'index': 'pypi', 'markers': "python_version >= '3.10'", 'version': '==5.2.1'}


class Locked(unittest.TestCase):
    def lines(self, test=False, sources=(PYPI,), develop=None, **default):
        packages = {name.replace('_', '-'): package for name, package in default.items()}
        locked = {'_meta': {'sources': list(sources)}, 'default': packages, 'develop': develop or {}}
        with tempfile.TemporaryDirectory() as folder:
            lock = Path(folder) / 'Pipfile.lock'
            lock.write_text(json.dumps(locked))
            return locked_requirements(lock, test)

    def test_a_package_has_its_version_marker_and_hashes(self):
        django = "django==5.2.1 ; python_version >= '3.10' --hash=sha256:aa --hash=sha256:bb"
        self.assertEqual(self.lines(django=DJANGO), [django])
        self.assertEqual(self.lines(psycopg={'extras': ['binary', 'c'], 'version': '==3.2'}), ['psycopg[binary,c]==3.2'])

    def test_a_package_for_another_system_may_have_no_version(self):
        windows = {'markers': "sys_platform == 'win32'", 'version': '*'}
        self.assertEqual(self.lines(tzdata=windows), ["tzdata ; sys_platform == 'win32'"])

    def test_what_only_the_tests_need_is_for_them(self):
        develop = {'pytest': {'version': '==9.0'}, 'sqlparse': {'version': '==0.1'}}
        packages = {'sqlparse': {'version': '==0.5'}}
        self.assertEqual(self.lines(develop=develop, **packages), ['sqlparse==0.5'])
        self.assertEqual(self.lines(test=True, develop=develop, **packages), ['pytest==9.0', 'sqlparse==0.5'])

    def test_origins_other_than_an_index(self):
        found = self.lines(
            a={'git': 'https://example.org/a.git', 'ref': 'abc', 'subdirectory': 'lib'},
            b={'git': 'git+https://example.org/b.git', 'ref': 'def', 'editable': True, 'markers': "os_name == 'posix'"},
            c={'file': 'https://example.org/c-1.tar.gz', 'extras': ['x']},
            d={'path': '.', 'editable': True, 'extras': ['prod']},
            e={'path': 'libs/e'},
        )
        expected = [
            'a @ git+https://example.org/a.git@abc#subdirectory=lib',
            "b @ git+https://example.org/b.git@def ; os_name == 'posix'",
            'c[x] @ https://example.org/c-1.tar.gz',
            '-e .[prod]',
            './libs/e',
        ]
        self.assertEqual(found, expected)

    def test_other_indexes_than_the_public_one_are_named(self):
        own, third = {'name': 'own', 'url': 'https://${USER}@example.org/simple'}, {'name': 'x', 'url': 'https://x.org/'}
        for sources, expected in (
            ([PYPI], []),
            ([own], [f'--index-url {own["url"]}']),
            ([PYPI, own, third], [f'--extra-index-url {own["url"]}', f'--extra-index-url {third["url"]}']),
            ([], []),
        ):
            with self.subTest(sources):
                self.assertEqual(self.lines(sources=sources), expected)
