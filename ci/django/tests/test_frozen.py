import tempfile
import unittest

from frozen import for_this_machine


class ForThisMachine(unittest.TestCase):
    def test_packages_for_windows_alone_are_required_there_only(self):
        for line, expected in (
            ('pywin32==306', "pywin32==306 ; sys_platform == 'win32'"),
            ('Twisted_IOCPSupport==1.0.4', "Twisted_IOCPSupport==1.0.4 ; sys_platform == 'win32'"),
            ('pywinpty>=2  --hash=sha256:a', "pywinpty>=2 ; sys_platform == 'win32' --hash=sha256:a"),
        ):
            with self.subTest(line):
                self.assertEqual(for_this_machine(line), expected)

    def test_what_was_built_in_a_folder_that_is_not_here_is_its_name(self):
        for line, expected in (
            ('asgiref @ file:///home/conda/feedstock_root/build_artifacts/asgiref_17/work', 'asgiref'),
            ('uvicorn[standard]@file:///C:/ci/uvicorn_1/work', 'uvicorn[standard]'),
        ):
            with self.subTest(line):
                self.assertEqual(for_this_machine(line), expected)
        with tempfile.TemporaryDirectory() as here:
            self.assertEqual(for_this_machine(f'shop @ file://{here}'), f'shop @ file://{here}')

    def test_all_else_stays_as_it_is(self):
        for line in (
            'Django==5.2',
            "pywin32==306 ; os_name == 'nt'",
            'pywin32-ctypes==0.2.3',
            'x @ git+https://git.example/x.git@v1',
            '--extra-index-url https://index.example/',
        ):
            with self.subTest(line):
                self.assertEqual(for_this_machine(line), line)
