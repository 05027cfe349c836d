import json
import unittest
from pathlib import PurePosixPath

from pipeline_django.rules import overrides
from pipeline_django.rules.override import Place
from pipeline_django.rules.security import unsafe

# As startproject writes it, with the apps and middleware that matter here.
DEVELOPMENT = {
    'SECRET_KEY': 'django-insecure-abc',
    'DEBUG': True,
    'ALLOWED_HOSTS': [],
    'INSTALLED_APPS': ['django.contrib.admin', 'django.contrib.staticfiles'],
    'MIDDLEWARE': [
        'django.middleware.security.SecurityMiddleware',
        'django.contrib.sessions.middleware.SessionMiddleware',
    ],
    'DATABASES': {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': PurePosixPath('/app/db.sqlite3')}},
    'STATIC_URL': 'static/',
}
IMAGE = {
    'DJANGO_SECRET_KEY': 'from the cluster',
    'DJANGO_ALLOWED_HOSTS': 'shop.example, localhost',
    'DJANGO_CSRF_TRUSTED_ORIGINS': 'https://shop.example',
    'DJANGO_SQLITE_PATH': '/data/db.sqlite3',
    'DJANGO_MEDIA_ROOT': '/data/media',
    'DJANGO_STATIC_ROOT': '/opt/static',
}
EVERYTHING_INSTALLED = Place(
    app_root=PurePosixPath('/app'),
    is_writable=lambda folder: folder in ('/data', '/mnt/volume', '/tmp', '/app'),
    is_importable=lambda package: True,
)


def changed(environ=IMAGE, place=EVERYTHING_INSTALLED, **settings):
    """The settings that the rules change in DEVELOPMENT with `settings` on top, by name."""
    found = overrides({**DEVELOPMENT, **settings}, environ, place)
    return {override.setting: override.value for override in found}


class DevelopmentSettings(unittest.TestCase):
    def test_become_safe(self):
        self.assertEqual(
            {name: value for name, value in changed().items() if name not in ('LOGGING', 'DATABASES', 'MIDDLEWARE')},
            {
                'DEBUG': False,
                'SECRET_KEY': 'from the cluster',
                'ALLOWED_HOSTS': ['shop.example', 'localhost'],
                'CSRF_TRUSTED_ORIGINS': ['https://shop.example'],
                'STATIC_ROOT': '/opt/static',
                'MEDIA_ROOT': '/data/media',
            },
        )

    def test_are_not_changed_in_place(self):
        before = repr(DEVELOPMENT)
        changed()
        self.assertEqual(repr(DEVELOPMENT), before)

    def test_reasons_tell_no_secret(self):
        reasons = json.dumps([override.why for override in overrides(DEVELOPMENT, IMAGE, EVERYTHING_INSTALLED)])
        self.assertNotIn('from the cluster', reasons)
        self.assertNotIn('django-insecure-abc', reasons)


class SettingsThatReadTheEnvironment(unittest.TestCase):
    def test_come_through_unchanged(self):
        settings = {
            'SECRET_KEY': 'from the cluster',
            'DEBUG': False,
            'ALLOWED_HOSTS': ['shop.example', 'localhost', 'other.example'],
            'CSRF_TRUSTED_ORIGINS': ['https://shop.example'],
            'DATABASES': {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': '/mnt/volume/shop.sqlite3'}},
            'MIDDLEWARE': ['whitenoise.middleware.WhiteNoiseMiddleware'],
            'STATIC_ROOT': '/app/assets',
            'MEDIA_ROOT': '/mnt/volume/media',
            'LOGGING': {'version': 1},
        }
        self.assertEqual(changed(**settings), {})


class Security(unittest.TestCase):
    def test_debug_can_be_asked_for(self):
        self.assertNotIn('DEBUG', changed({'DJANGO_DEBUG': '1'}))
        self.assertEqual(changed({'DJANGO_DEBUG': '1'}, DEBUG=False)['DEBUG'], True)
        self.assertEqual(changed({'DJANGO_DEBUG': '0'})['DEBUG'], False)

    def test_hosts_are_added_to_those_of_the_application(self):
        self.assertEqual(
            changed(ALLOWED_HOSTS=('localhost', '.example.org'))['ALLOWED_HOSTS'],
            ['localhost', '.example.org', 'shop.example'],
        )
        self.assertNotIn('ALLOWED_HOSTS', changed(ALLOWED_HOSTS=['*']))

    def test_the_public_key_does_not_serve(self):
        self.assertIn('DJANGO_SECRET_KEY', unsafe({'SECRET_KEY': 'django-insecure-abc', 'DEBUG': False}))
        self.assertIn('DJANGO_SECRET_KEY', unsafe({'SECRET_KEY': '', 'DEBUG': False}))
        self.assertIsNone(unsafe({'SECRET_KEY': 'from the cluster', 'DEBUG': False}))
        self.assertIsNone(unsafe({'SECRET_KEY': 'django-insecure-abc', 'DEBUG': True}))


class Databases(unittest.TestCase):
    def databases(self, **databases):
        return changed(DATABASES=databases).get('DATABASES')

    def test_sqlite_stays_where_nothing_can_write_it_when_the_database_should_be_another(self):
        self.assertNotIn('DATABASES', changed({**IMAGE, 'DJANGO_SQLITE_PATH': ''}))

    def test_sqlite_moves_to_the_volume_and_waits_for_locks(self):
        moved = self.databases(
            default={'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3', 'ATOMIC_REQUESTS': True}
        )
        self.assertEqual(
            moved['default'],
            {
                'ENGINE': 'django.db.backends.sqlite3',
                'NAME': '/data/db.sqlite3',
                'ATOMIC_REQUESTS': True,
                'OPTIONS': {'timeout': 20},
            },
        )

    def test_a_timeout_of_the_application_stays(self):
        sqlite = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3', 'OPTIONS': {'timeout': 5, 'uri': True}}
        self.assertEqual(self.databases(default=sqlite)['default']['OPTIONS'], {'timeout': 5, 'uri': True})

    def test_each_database_has_its_file_and_aliases_of_one_file_share_it(self):
        moved = self.databases(
            log={'ENGINE': 'django_prometheus.db.backends.sqlite3', 'NAME': '/app/log.sqlite3'},
            default={'ENGINE': 'django.db.backends.sqlite3', 'NAME': '/app/db.sqlite3'},
            replica={'ENGINE': 'django.db.backends.sqlite3', 'NAME': '/app/db.sqlite3'},
        )
        self.assertEqual(
            {alias: moved[alias]['NAME'] for alias in moved},
            {'log': '/data/db-log.sqlite3', 'default': '/data/db.sqlite3', 'replica': '/data/db.sqlite3'},
        )

    def test_what_would_be_lost_moves_too(self):
        for name in ('/tmp/db.sqlite3', '/home/ada/project/db.sqlite3', '', '/app/data/db.sqlite3'):
            with self.subTest(name):
                moved = self.databases(default={'ENGINE': 'django.db.backends.sqlite3', 'NAME': name})
                self.assertEqual(moved['default']['NAME'], '/data/db.sqlite3')

    def test_databases_in_memory_move_each_to_a_file_of_its_own(self):
        for name in (':memory:', 'file:x?mode=memory&cache=shared'):
            with self.subTest(name):
                sqlite = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': name}
                moved = self.databases(default=sqlite, other=sqlite)
                files = {alias: database['NAME'] for alias, database in moved.items()}
                self.assertEqual(files, {'default': '/data/db.sqlite3', 'other': '/data/db-other.sqlite3'})

    def test_on_a_network_waits_longer_and_asks_for_no_log(self):
        network = Place(PurePosixPath('/app'), lambda folder: True, lambda package: True, lambda path: path.startswith('/data/'))
        said = 'PRAGMA journal_mode=WAL; PRAGMA cache_size=-2000; pragma main.synchronous = NORMAL;PRAGMA synchronous=FULL'
        database = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': '/data/x.sqlite3', 'OPTIONS': {'timeout': 5, 'init_command': said}}
        apart = {**database, 'NAME': '/mnt/x.sqlite3'}

        found = changed(place=network, DATABASES={'default': database, 'apart': apart})['DATABASES']

        self.assertEqual(found['default']['OPTIONS'], {'timeout': 5, 'init_command': ' PRAGMA cache_size=-2000;PRAGMA synchronous=FULL'})
        self.assertEqual(found['apart'], apart)
        fine = {**database, 'OPTIONS': {'timeout': 5, 'init_command': 'PRAGMA journal_mode=TRUNCATE'}}
        self.assertNotIn('DATABASES', changed(place=network, DATABASES={'default': fine}))
        bare = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': '/data/x.sqlite3'}
        self.assertEqual(changed(place=network, DATABASES={'default': bare})['DATABASES']['default']['OPTIONS'], {'timeout': 20})
        server = {'ENGINE': 'django.db.backends.mysql', 'NAME': '/data/x', 'OPTIONS': {'init_command': said}}
        self.assertNotIn('DATABASES', changed(place=network, DATABASES={'default': server}))

    def test_other_databases_are_left_alone(self):
        for database in (
            {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop'},
            {'ENGINE': 'django.db.backends.sqlite3', 'NAME': '/mnt/volume/shop.sqlite3'},
            {},
        ):
            with self.subTest(database):
                self.assertIsNone(self.databases(default=database))

    def test_without_a_path_nothing_moves(self):
        self.assertNotIn('DATABASES', changed({}))


class Files(unittest.TestCase):
    def test_whitenoise_comes_right_after_the_security_middleware(self):
        self.assertEqual(
            changed()['MIDDLEWARE'],
            [
                'django.middleware.security.SecurityMiddleware',
                'whitenoise.middleware.WhiteNoiseMiddleware',
                'django.contrib.sessions.middleware.SessionMiddleware',
            ],
        )
        self.assertEqual(
            changed(MIDDLEWARE=['x.Y'])['MIDDLEWARE'], ['whitenoise.middleware.WhiteNoiseMiddleware', 'x.Y']
        )

    def test_static_files_of_a_bucket_are_not_served_here(self):
        self.assertNotIn('MIDDLEWARE', changed(STATIC_URL='https://bucket.example/static/'))

    def test_without_the_staticfiles_app_nothing_is_set_up(self):
        found = changed(INSTALLED_APPS=['shop'], STATIC_URL=None)
        self.assertFalse({'STATIC_URL', 'STATIC_ROOT', 'MIDDLEWARE'} & found.keys())

    def test_static_root_must_be_in_the_image_and_no_source(self):
        self.assertEqual(changed(STATIC_ROOT='/var/www/static')['STATIC_ROOT'], '/opt/static')
        self.assertEqual(
            changed(STATIC_ROOT='/app/static', STATICFILES_DIRS=['/app/static'])['STATIC_ROOT'], '/opt/static'
        )
        self.assertNotIn('STATIC_ROOT', changed(STATIC_ROOT=PurePosixPath('/app/staticfiles')))

    def test_a_path_with_dots_is_where_it_leads_to(self):
        self.assertEqual(changed(STATIC_ROOT='/app/shop/../../static')['STATIC_ROOT'], '/opt/static')
        self.assertNotIn('STATIC_ROOT', changed(STATIC_ROOT='/app/shop/../static'))
        self.assertEqual(
            changed(STATIC_ROOT='/app/shop/../static', STATICFILES_DIRS=['/app/static'])['STATIC_ROOT'], '/opt/static'
        )

    def test_a_missing_static_url_is_set(self):
        self.assertEqual(changed(STATIC_URL=None)['STATIC_URL'], '/static/')

    def test_uploads_go_to_the_volume(self):
        for root in ('', 'media', '/app/media'):
            with self.subTest(root):
                self.assertEqual(changed(MEDIA_ROOT=root)['MEDIA_ROOT'], '/data/media')


class DevelopmentTools(unittest.TestCase):
    def test_are_dropped_only_when_not_installed(self):
        apps = ['debug_toolbar', 'shop', 'missing_dependency']
        middleware = ['debug_toolbar.middleware.DebugToolbarMiddleware', 'whitenoise.middleware.WhiteNoiseMiddleware']
        bare = Place(PurePosixPath('/app'), lambda folder: True, lambda package: False)

        found = changed(place=bare, INSTALLED_APPS=apps, MIDDLEWARE=middleware)

        self.assertEqual(found['INSTALLED_APPS'], ['shop', 'missing_dependency'])
        self.assertEqual(found['MIDDLEWARE'], ['whitenoise.middleware.WhiteNoiseMiddleware'])
        self.assertNotIn('INSTALLED_APPS', changed(INSTALLED_APPS=apps, MIDDLEWARE=middleware))


class Logs(unittest.TestCase):
    def test_errors_reach_the_console_unless_the_application_logs_its_own_way(self):
        self.assertEqual(changed()['LOGGING']['root'], {'handlers': ['console'], 'level': 'WARNING'})
        self.assertNotIn('LOGGING', changed(LOGGING={'version': 1}))
        self.assertNotIn('LOGGING', changed(LOGGING_CONFIG=None))
