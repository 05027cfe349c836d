import tempfile
import unittest
from pathlib import Path

from requirements import read_requirements


class ReadRequirements(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def test_follows_includes_once_each_and_keeps_options_and_markers(self):
        self.write('requirements/base.txt', 'Django==5.2  # the framework\n-c ../constraints.txt\n')
        self.write('constraints.txt', 'sqlparse<1\n')
        dev = self.write(
            'requirements/dev.txt',
            '--extra-index-url https://index.example/\n-r base.txt\n-rbase.txt\nx; python_version<"3.12"\n',
        )

        found = read_requirements([dev])

        self.assertEqual(
            found.lines, ['--extra-index-url https://index.example/', 'Django==5.2', 'x; python_version<"3.12"']
        )
        self.assertEqual(found.constraints, [self.folder / 'constraints.txt'])

    def test_sets_folders_of_the_project_apart(self):
        file = self.write('requirements.txt', '-e .[dev]\n--editable=./libs/x\n./libs/y\n.\nDjango\n')

        found = read_requirements([file])

        self.assertEqual(found.local, ['-e .[dev]', '-e ./libs/x', './libs/y', '.'])
        self.assertEqual(found.lines, ['Django'])

    def test_a_checkout_becomes_the_version_it_names(self):
        file = self.write(
            'requirements.txt', '-e git+https://git.example/x.git@v1#egg=x\n-e git+https://git.example/y.git\n'
        )

        self.assertEqual(
            read_requirements([file]).lines, ['x @ git+https://git.example/x.git@v1', 'git+https://git.example/y.git']
        )

    def test_options_that_pip_ignores_are_left_out_and_what_has_moved_is_found(self):
        file = self.write(
            'requirements.txt',
            '-i https://pypi.python.org/simple/\n--no-binary psycopg2\npsycopg2==2.7 --no-binary psycopg2\n'
            'six==1.16.0 --no-binary=:all: --hash=sha256:aa --no-cache-dir\n'
            'git+git://host/x.git\n-e git+git://host/y.git#egg=y\n',
        )
        self.assertEqual(
            read_requirements([file]).lines,
            ['-i https://pypi.org/simple/', '--no-binary psycopg2', 'psycopg2==2.7', 'six==1.16.0 --hash=sha256:aa', 'git+https://host/x.git', 'y @ git+https://host/y.git'],
        )

    def test_hashes_stay_with_their_requirement(self):
        file = self.write('requirements.txt', 'Django==5.2 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n')

        (line,) = read_requirements([file]).lines

        self.assertEqual(line.split(), ['Django==5.2', '--hash=sha256:aa', '--hash=sha256:bb'])

    def test_reads_what_powershell_writes(self):
        utf16 = self.write('requirements.txt', '\ufeffDjango==5.2\r\n'.encode('utf-16-le'))
        utf8 = self.write('more.txt', b'\xef\xbb\xbfgunicorn\r\n')

        self.assertEqual(read_requirements([utf16, utf8]).lines, ['Django==5.2', 'gunicorn'])

    def test_names_includes_that_are_not_there(self):
        file = self.write('requirements.txt', '-r base.txt\n')

        self.assertEqual(read_requirements([file]).missing, [self.folder / 'base.txt'])
