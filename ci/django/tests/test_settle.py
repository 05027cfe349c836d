import marshal
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from settle import EPOCH, count_new, settle
from tests import FOLDER


class Settle(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.layer = Path(folder.name) / 'layer'

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        path = self.layer / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')
        path.chmod(mode)
        return path

    def test_leaves_no_time_but_one(self):
        self.write('app/shop/views.py', 'x = 1')
        self.write('app/site.css', 'p {}')
        (self.layer / 'app/link').symlink_to('site.css')
        settle(self.layer)
        paths = [self.layer, *self.layer.rglob('*')]
        self.assertEqual({path.lstat().st_mtime for path in paths}, {EPOCH})
        self.assertIn('views.cpython', ' '.join(map(str, paths)))

    def test_takes_over_no_umask_and_no_owner(self):
        loose, private = self.write('app/loose.sh', '', 0o777), self.write('app/private.txt', '', 0o600)
        (self.layer / 'app').chmod(0o2770)
        if os.geteuid() == 0:
            os.chown(private, 1000, 1000)
        settle(self.layer)
        modes = [oct(path.stat().st_mode & 0o7777) for path in (loose, private, self.layer / 'app')]
        self.assertEqual(modes, ['0o755', '0o644', '0o755'])
        if os.geteuid() == 0:
            self.assertEqual((private.stat().st_uid, private.stat().st_gid), (0, 0))

    def test_compiles_for_the_place_where_the_file_will_be_and_passes_over_what_does_not_compile(self):
        self.write('app/shop/views.py', 'def f(): pass')
        self.write('app/shop/template.py', 'class {{ name }}: pass')
        settle(self.layer)
        compiled = list(self.layer.rglob('*.pyc'))
        self.assertEqual([file.name.partition('.')[0] for file in compiled], ['views'])
        code = marshal.loads(compiled[0].read_bytes()[16:])
        self.assertEqual(code.co_filename, '/app/shop/views.py')

    def test_the_bytecode_is_used_as_it_is(self):
        source = self.write('shop.py', 'print(1)')
        settle(self.layer)
        source.write_text('print(2)')
        ran = subprocess.run(
            [sys.executable, '-c', 'import shop'], cwd=self.layer, stdout=subprocess.PIPE, check=True, text=True
        )
        self.assertEqual(ran.stdout, '1\n')

    def test_called_again_deals_only_with_what_is_new(self):
        self.write('old.py', 'x = 1')
        settle(self.layer)
        [old] = self.layer.rglob('old*.pyc')
        before = old.stat().st_ino, old.stat().st_ctime_ns
        self.write('new.py', 'x = 1')
        settle(self.layer)
        self.assertEqual((old.stat().st_ino, old.stat().st_ctime_ns), before)
        self.assertEqual(len(list(self.layer.rglob('new*.pyc'))), 1)

    def test_counts_what_is_new_and_where_something_is_gone(self):
        def settled() -> int:
            new = count_new(self.layer)
            settle(self.layer)
            return new

        old = self.write('shop/old.py', 'x = 1')
        self.write('shop/kept.py', 'x = 1')
        self.assertGreater(settled(), 0)
        self.assertEqual(settled(), 0)
        old.write_text('x = 2')
        self.assertEqual(settled(), 1)
        old.unlink()
        self.assertEqual(settled(), 1, 'the folder that it was in')
        (self.layer / 'shop/link').symlink_to('kept.py')
        self.assertEqual(settled(), 2)

    def test_writes_the_count_for_the_build(self):
        self.write('shop/views.py', 'x = 1')
        count = self.layer.with_name('count')
        for new in ('3', '0'):
            subprocess.run([sys.executable, FOLDER / 'install/settle.py', self.layer, count], check=True)
            self.assertEqual(count.read_text(), new)

    def test_forgets_when_a_package_of_the_project_was_built(self):
        self.write('shop-1.dist-info/uv_cache.json', '{"timestamp": {"secs_since_epoch": 1795475313}}')
        record = self.write('shop-1.dist-info/RECORD', 'shop.py,sha256=0,1\nshop-1.dist-info/uv_cache.json,sha256=1,2\n')
        settle(self.layer)
        self.assertFalse((self.layer / 'shop-1.dist-info/uv_cache.json').exists())
        self.assertEqual(record.read_text(), 'shop.py,sha256=0,1\n')

    def test_two_builds_are_the_same(self):
        contents = []
        for name in ('one', 'two'):
            self.layer = self.layer.with_name(name)
            self.write('opt/names.py', 'def f(x):\n    return x in {"a", "b", "c", "d", "e"}\n')
            # Another seed, as another process has: the order of a set depends on it.
            subprocess.run([sys.executable, FOLDER / 'install/settle.py', self.layer], check=True)
            contents.append([(path.name, path.read_bytes()) for path in sorted(self.layer.rglob('*.py*')) if path.is_file()])
        self.assertEqual(contents[0], contents[1])
        self.assertEqual(len(contents[0]), 2)
