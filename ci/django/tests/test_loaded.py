import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import debian
import library_cache
from library_cache import enter
from loaded import loaded


class Loaded(unittest.TestCase):
    def test_is_what_nothing_in_a_package_tells(self):
        self.assertEqual(loaded(['django', 'python-magic', 'psycopg']), {'libmagic1', 'libpq5'})
        self.assertEqual(loaded([]), set())

    def test_is_nothing_where_another_package_brings_it(self):
        for other in ('psycopg-binary', 'psycopg-c'):
            self.assertEqual(loaded(['psycopg', other]), set())


class WithDependencies(unittest.TestCase):
    def setUp(self):
        known = [
            'libc6:amd64\tlibc6, \t, ',
            'libmagic1t64:amd64\tlibmagic1t64, libmagic1 (= 1:5.46-5)\t, libc6 (>= 2.38), libmagic-mgc (= 1:5.46-5)',
            'libmagic-mgc\tlibmagic-mgc, \t, ',
            'base-files\tbase-files, base\tgawk | mawk:any, ',
            'mawk\tmawk, awk\tlibc6, base-files',
            'sed\tsed, \tlibc6, ',
        ]
        patch = mock.patch('debian.query', return_value=known)
        patch.start()
        self.addCleanup(patch.stop)

    def test_are_those_that_are_installed_by_their_full_names(self):
        found = debian.with_dependencies(['libmagic1', 'not-there'])
        self.assertEqual(found, ['libc6:amd64', 'libmagic-mgc', 'libmagic1t64:amd64'])

    def test_may_go_round_in_a_circle(self):
        self.assertEqual(debian.with_dependencies(['base']), ['base-files', 'libc6:amd64', 'mawk'])

    def test_of_nothing_are_none(self):
        self.assertEqual(debian.with_dependencies([]), [])


class Enter(unittest.TestCase):
    def test_the_list_is_made_of_the_libraries_of_both(self):
        with tempfile.TemporaryDirectory() as folder:
            base, layer = Path(folder, 'base'), Path(folder, 'layer')
            for file in (base / 'usr/lib/x86_64-linux-gnu/libc.so.6', layer / 'usr/lib/x86_64-linux-gnu/libmagic.so.1'):
                file.parent.mkdir(parents=True)
                file.write_text('library')
            (base / 'etc/ld.so.conf.d').mkdir(parents=True)
            (base / 'etc/ld.so.conf.d/here.conf').write_text('/usr/lib/x86_64-linux-gnu')
            seen = []

            def ldconfig(call, check):
                root = Path(call[-1])
                seen.extend(sorted(file.name for file in root.rglob('*') if file.is_file()))
                (root / 'etc/ld.so.cache').write_text('list')

            with mock.patch('library_cache.shutil.which'), mock.patch.object(subprocess, 'run', ldconfig):
                enter(base, layer)
            self.assertEqual(seen, ['here.conf', 'libc.so.6', 'libmagic.so.1'])
            self.assertEqual((layer / library_cache.LIST).read_text(), 'list')


if __name__ == '__main__':
    unittest.main()
