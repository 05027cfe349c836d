import os
import subprocess
import sys

from django.conf import settings
from django.test import SimpleTestCase


class Settings(SimpleTestCase):
    def test_refuses_to_start_without_a_secret_key(self):
        started = start()

        self.assertNotEqual(started.returncode, 0)
        self.assertIn('DJANGO_SECRET_KEY is not set', started.stderr)

    def test_refuses_a_switch_that_is_neither_on_nor_off(self):
        started = start(DJANGO_SECRET_KEY='x', DJANGO_DEBUG='maybe')

        self.assertNotEqual(started.returncode, 0)
        self.assertIn("DJANGO_DEBUG must be 1 or 0, not 'maybe'", started.stderr)

    def test_takes_everything_from_the_environment(self):
        started = start(
            DJANGO_SECRET_KEY='from the environment',
            DJANGO_ALLOWED_HOSTS='a.example, b.example',
            DJANGO_CSRF_TRUSTED_ORIGINS='https://a.example',
            DJANGO_SQLITE_PATH='/data/db.sqlite3',
        )

        self.assertEqual(started.stderr, '')
        self.assertEqual(
            started.stdout.splitlines(),
            [
                'from the environment',
                'False',
                "['a.example', 'b.example']",
                "['https://a.example']",
                '/data/db.sqlite3',
            ],
        )

    def test_develops_without_any_configuration_but_debug(self):
        started = start(DJANGO_DEBUG='1')

        self.assertEqual(started.stderr, '')
        self.assertEqual(started.stdout.splitlines()[1:3], ['True', '[]'])


PRINT = """
from config import settings as s
print(s.SECRET_KEY, s.DEBUG, s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS, s.DATABASES['default']['NAME'], sep='\\n')
"""


def start(**environment):
    """Loads the settings in a process of its own, in which no variable of ours is set but the given ones."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith('DJANGO_')}
    return subprocess.run(
        [sys.executable, '-c', PRINT],
        env={**inherited, **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=30,
    )
