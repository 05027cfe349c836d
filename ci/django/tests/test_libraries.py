import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import libraries
from libraries import built_here, linked, packages_of, take

PQ = 'libpq5:amd64'


class BuiltHere(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.venv = Path(folder.name)
        self.site = self.venv / 'lib/python3.13/site-packages'

    def wheel(self, name, tag, files):
        info = self.site / f'{name}-1.0.dist-info'
        info.mkdir(parents=True)
        (info / 'METADATA').write_text(f'Name: {name}\n')
        (info / 'WHEEL').write_text(f'Wheel-Version: 1.0\nTag: {tag}\n')
        (info / 'RECORD').write_text(''.join(f'{file},sha256=x,1\n' for file in files))
        for file, content in files.items():
            (self.site / file).parent.mkdir(parents=True, exist_ok=True)
            (self.site / file).write_bytes(content)

    def test_is_what_was_compiled_for_this_system_alone(self):
        elf = b'\x7fELF...'
        module, program = 'x/_x.cpython-313-x86_64-linux-gnu.so', '../../../bin/x'
        self.wheel('Our_Own', 'cp313-cp313-linux_x86_64', {module: elf, program: elf, '../../../bin/y': b'#!', 'x.py': b''})
        self.wheel('ready', 'cp313-cp313-manylinux_2_17_x86_64', {'r.so': elf})
        self.wheel('alpine', 'cp313-cp313-musllinux_1_2_x86_64', {'a.so': elf})
        self.wheel('pure', 'py3-none-any', {'linux_thing.py': b''})
        self.assertEqual(built_here(self.venv), {'our-own': [self.site / module, self.venv / 'bin/x']})

    def test_is_nothing_in_an_empty_environment(self):
        self.assertEqual(built_here(self.venv), {})


class Linked(unittest.TestCase):
    def test_says_what_is_there_and_what_is_not(self):
        told = (
            '/opt/venv/a.so:\n'
            '\tlinux-vdso.so.1 (0x00007fa7996ca000)\n'
            '\tlibpq.so.5 => not found\n'
            '\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007fa799485000)\n'
            '\t/lib64/ld-linux-x86-64.so.2 (0x00007fa7996cc000)\n'
        )
        with mock.patch('libraries.shutil.which'), mock.patch('libraries.subprocess.run') as run:
            run.return_value.stdout = told
            found = linked([Path('/opt/venv/a.so')])
        self.assertEqual(found, {'libpq.so.5': None, 'libz.so.1': Path('/lib/x86_64-linux-gnu/libz.so.1')})

    def test_asks_nobody_about_nothing(self):
        with mock.patch('libraries.subprocess.run', side_effect=AssertionError):
            self.assertEqual(linked([]), {})


class Taken(unittest.TestCase):
    """A made-up system whose dpkg knows one package besides those of the base image."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        self.base, self.layer, self.system = (self.root / name for name in ('base', 'layer', 'system'))
        self.dpkg = self.system / 'dpkg'
        self.write(self.below(self.base, self.dpkg / 'status'), 'Package: base-files\nStatus: install ok installed\n\n')
        self.write(self.system / 'usr/lib/libpq.so.5.17', 'library')
        (self.system / 'usr/lib/libpq.so.5').symlink_to('libpq.so.5.17')
        (self.system / 'lib').symlink_to('usr/lib')
        self.write(self.dpkg / f'info/{PQ}.list', 'its files')
        self.write(self.dpkg / f'info/{PQ}.md5sums', 'their sums')
        for name, stand_in in (('DPKG', self.dpkg), ('query', self.query)):
            patch = mock.patch.object(libraries, name, stand_in)
            patch.start()
            self.addCleanup(patch.stop)

    def write(self, file, text):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def below(self, root, path):
        return root / path.relative_to('/')

    def query(self, question, what):
        lib = f'{self.system}/usr/lib'
        return {
            ('--search', f'{lib}/libpq.so.5'): [f'{PQ}: {lib}/libpq.so.5'],
            ('--listfiles', PQ): [f'{self.system}/.', lib, f'{lib}/libpq.so.5.17', f'{lib}/libpq.so.5', '/usr/share/man/x'],
            ('--control-path', PQ): [f'{self.dpkg}/info/{PQ}.md5sums'],
            ('--status', PQ): ['Package: libpq5', 'Status: install ok installed'],
        }.get((question, what), [])

    def test_a_library_belongs_to_a_package_wherever_a_link_leads_to_it(self):
        self.assertEqual(packages_of([self.system / 'lib/libpq.so.5']), [PQ])

    def test_a_package_is_copied_whole_and_entered(self):
        self.assertEqual(take([PQ], self.base, self.layer), [PQ])
        copied = self.below(self.layer, self.system)
        found = sorted(str(file.relative_to(copied)) for file in copied.rglob('*') if not file.is_dir())
        dpkg = [f'dpkg/info/{PQ}.list', f'dpkg/info/{PQ}.md5sums', 'dpkg/status']
        self.assertEqual(found, [*dpkg, 'usr/lib/libpq.so.5', 'usr/lib/libpq.so.5.17'])
        self.assertEqual(os.readlink(copied / 'usr/lib/libpq.so.5'), 'libpq.so.5.17')
        self.assertEqual(
            (copied / 'dpkg/status').read_text(),
            'Package: base-files\nStatus: install ok installed\n\nPackage: libpq5\nStatus: install ok installed\n\n',
        )

    def test_what_was_taken_is_not_touched_again(self):
        take([PQ], self.base, self.layer)
        before = {file: file.lstat().st_mtime_ns for file in self.layer.rglob('*')}
        self.assertEqual(take([PQ], self.base, self.layer), [])
        self.assertEqual({file: file.lstat().st_mtime_ns for file in self.layer.rglob('*')}, before)

    def test_nothing_to_take_leaves_no_layer(self):
        take([], self.base, self.layer)
        self.assertFalse(self.layer.exists())
