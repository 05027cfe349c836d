import unittest
from types import SimpleNamespace

from pipeline_django.nameless import NAME, give_names


def connection(vendor, name):
    return SimpleNamespace(vendor=vendor, settings_dict={'NAME': name})


class GiveNames(unittest.TestCase):
    def test_only_where_there_is_none_and_a_server_needs_one(self):
        named, nameless, file = connection('mysql', 'shop'), connection('postgresql', None), connection('sqlite', None)
        give_names([named, nameless, file])
        self.assertEqual([one.settings_dict['NAME'] for one in (named, nameless, file)], ['shop', NAME, None])


if __name__ == '__main__':
    unittest.main()
