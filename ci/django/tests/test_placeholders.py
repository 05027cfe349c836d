import os
import unittest
from unittest import mock

from pipeline_django.placeholders import PLACEHOLDER, missing_variable, with_placeholders


def raised(function, *args):
    try:
        function(*args)
    except Exception as error:
        return error
    raise AssertionError('nothing was raised')


def two_scoops(name):
    try:
        return os.environ[name]
    except KeyError:
        raise RuntimeError(f'{name} must be given')


class MissingVariable(unittest.TestCase):
    def test_is_named_by_python_and_by_the_usual_packages(self):
        for error in (
            raised(lambda: os.environ['SHOP_KEY']),
            raised(two_scoops, 'SHOP_KEY'),
            Exception('SHOP_KEY not found. Declare it as envvar or define a default value.'),
            Exception('Set the SHOP_KEY environment variable'),
            Exception('Environment variable "SHOP_KEY" not set'),
            Exception('SHOP_KEY environment variable not defined'),
            ValueError('The SHOP_KEY environment variable is required.'),
        ):
            with self.subTest(repr(error)):
                self.assertEqual(missing_variable(error), 'SHOP_KEY')

    def test_that_says_where_the_database_is_may_be_named_in_any_words(self):
        self.assertEqual(missing_variable(ValueError('give us a DATABASE_URL, please')), 'DATABASE_URL')

    def test_is_not_seen_in_other_errors(self):
        for error in (raised(lambda: {}['SHOP_KEY']), KeyError('SHOP_KEY'), ValueError('SHOP_KEY is no number'), None):
            with self.subTest(repr(error)):
                self.assertIsNone(missing_variable(error))


class WithPlaceholders(unittest.TestCase):
    def test_what_is_missing_is_put_in_place(self):
        with mock.patch.dict(os.environ, {'SHOP_SET': 'yes'}, clear=True):
            loaded, given = with_placeholders(
                lambda: [os.environ['SHOP_SET'], os.environ['SHOP_KEY'], int(os.environ['SHOP_PORT'])], os.environ
            )
        self.assertEqual(loaded, ['yes', PLACEHOLDER, 0])
        self.assertEqual(given, {'SHOP_KEY': PLACEHOLDER, 'SHOP_PORT': PLACEHOLDER})

    def test_a_database_is_one_that_needs_nothing(self):
        names = ('DATABASE_URL', 'DJANGO_DB_ENGINE', 'DB_NAME')
        with mock.patch.dict(os.environ, clear=True):
            loaded, _ = with_placeholders(lambda: [os.environ[name] for name in names], os.environ)
        self.assertEqual(loaded, ['sqlite://:memory:', 'django.db.backends.sqlite3', ':memory:'])

    def test_what_is_there_and_refused_is_an_error_all_the_same(self):
        def refuse():
            raise ValueError('Set the SHOP_KEY environment variable')

        with self.assertRaises(ValueError):
            with_placeholders(refuse, {'SHOP_KEY': 'x'})
        environ = {}
        with self.assertRaises(ValueError):
            with_placeholders(refuse, environ)
        self.assertEqual(environ, {'SHOP_KEY': PLACEHOLDER})
