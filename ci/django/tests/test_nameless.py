import unittest

from pipeline_django.nameless import NAME, give_names


class GiveNames(unittest.TestCase):
    def test_only_where_there_is_none_and_a_server_needs_one(self):
        named = {'ENGINE': 'django.db.backends.mysql', 'NAME': 'shop'}
        nameless = {'ENGINE': 'django.db.backends.postgresql', 'NAME': None}
        file = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': None}
        give_names([named, nameless, file, {}])
        self.assertEqual([one['NAME'] for one in (named, nameless, file)], ['shop', NAME, None])


if __name__ == '__main__':
    unittest.main()
