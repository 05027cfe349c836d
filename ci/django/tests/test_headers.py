import unittest
from unittest import mock

from headers import COMPILERS, HEADERS, headers, wanted


@mock.patch('headers.Path.exists', lambda _: True)
class Wanted(unittest.TestCase):
    def test_packages_that_are_known_get_their_headers(self):
        for line in (
            'error: Failed to build `psycopg2==2.9.10`',
            'error: Failed to build `Psycopg2 @ git+https://example.org/psycopg2`',
            '  Building psycopg2==2.9.10\nerror: Failed to build `uwsgi==2.0`',
        ):
            with self.subTest(line):
                self.assertEqual(wanted(line), {'libpq-dev', *COMPILERS})
        both = wanted('   Building mysqlclient==2.2\n   Building psycopg_c==3.2\nerror: Failed to build `psycopg-c==3.2`')
        self.assertEqual(both, {'default-libmysqlclient-dev', 'libpq-dev', *COMPILERS})

    def test_others_get_compilers_where_they_say_so(self):
        for words in (
            "error: command 'gcc' failed: No such file or directory",
            "error: [Errno 2] No such file or directory: 'cc'",
            "unable to execute 'x86_64-linux-gnu-gcc': No such file or directory",
            'Exception: you need a C compiler to build uWSGI',
            "ERROR: Unknown compiler(s): [['cc'], ['gcc'], ['clang']]",
            'No CMAKE_C_COMPILER could be found.',
            '/bin/sh: 1: pkg-config: not found',
            'src/shop.c:1:10: fatal error: Python.h: No such file or directory',
        ):
            with self.subTest(words):
                self.assertEqual(wanted(f'error: Failed to build `shop==1.0`\n{words}'), set(COMPILERS))

    def test_nothing_where_a_compiler_is_no_part_of_the_matter(self):
        for output in (
            "error: Failed to build `shop==1.0`\nModuleNotFoundError: No module named 'pkg_resources'",
            '   Building psycopg2==2.9.10\nerror: No solution found when resolving dependencies',
            'A C compiler is mentioned, and no build failed',
            '',
        ):
            with self.subTest(output):
                self.assertEqual(wanted(output), set())


class Headers(unittest.TestCase):
    def test_a_python_without_its_own_gets_them(self):
        for there, expected in ((True, {'libpq-dev'}), (False, {'libpq-dev', 'python3-dev'})):
            with mock.patch('headers.Path.exists', lambda _: there):
                self.assertEqual(headers(['psycopg2', 'django']), expected)

    def test_names_are_normal(self):
        self.assertEqual([name for name in HEADERS if name != name.lower() or '_' in name or '.' in name], [])
