"""
All settings that differ from place to place come from the environment; nothing secret is in this file.

    DJANGO_SECRET_KEY            required, except for development (DJANGO_DEBUG=1) and tests
    DJANGO_DEBUG                 1 for development, default 0
    DJANGO_ALLOWED_HOSTS         host names, comma separated; required unless DJANGO_DEBUG=1
    DJANGO_CSRF_TRUSTED_ORIGINS  origins with scheme, comma separated
    DJANGO_SQLITE_PATH           default db.sqlite3 in this folder
    DJANGO_STATIC_ROOT           where collectstatic puts files, default staticfiles/ in this folder
    DJANGO_MEDIA_ROOT            default media/ in this folder
    DJANGO_LOG_LEVEL             default INFO
"""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.environment import flag, items

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = flag('DJANGO_DEBUG')
TESTING = sys.argv[1:2] == ['test']
DEVELOPMENT = DEBUG or TESTING

SECRET_KEY = os.environ.get('DJANGO_SECRET_KEY', '')
if not SECRET_KEY:
    if not DEVELOPMENT:
        raise ImproperlyConfigured('DJANGO_SECRET_KEY is not set. For development, start with DJANGO_DEBUG=1.')
    SECRET_KEY = 'known to everybody, hence only for development and tests'

# With DEBUG on, Django itself adds localhost.
ALLOWED_HOSTS = items('DJANGO_ALLOWED_HOSTS')
CSRF_TRUSTED_ORIGINS = items('DJANGO_CSRF_TRUSTED_ORIGINS')

INSTALLED_APPS = [
    'django.contrib.staticfiles',
    'tasks',
]

MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'whitenoise.middleware.WhiteNoiseMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.middleware.clickjacking.XFrameOptionsMiddleware',
]

ROOT_URLCONF = 'config.urls'
WSGI_APPLICATION = 'config.wsgi.application'

TEMPLATES = [
    {
        'BACKEND': 'django.template.backends.django.DjangoTemplates',
        'APP_DIRS': True,
        'OPTIONS': {'context_processors': ['django.template.context_processors.request']},
    },
]

DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.sqlite3',
        'NAME': os.environ.get('DJANGO_SQLITE_PATH') or BASE_DIR / 'db.sqlite3',
        'OPTIONS': {
            # Writers queue for the one write lock instead of failing with "database is locked".
            'timeout': 20,
            # A transaction takes that lock when it begins: one that reads first and writes later cannot wait for it.
            'transaction_mode': 'IMMEDIATE',
            # The journal stays SQLite's default (rollback): the write-ahead log needs shared memory, which NFS lacks.
        },
    },
}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'

STATIC_URL = 'static/'
STATIC_ROOT = Path(os.environ.get('DJANGO_STATIC_ROOT') or BASE_DIR / 'staticfiles')
MEDIA_ROOT = Path(os.environ.get('DJANGO_MEDIA_ROOT') or BASE_DIR / 'media')

if DEVELOPMENT:
    # Served from where they lie: there is no collectstatic in development.
    WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
else:
    # Names with a hash of the content may be cached for ever.
    STORAGES = {
        'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'},
        'staticfiles': {'BACKEND': 'whitenoise.storage.CompressedManifestStaticFilesStorage'},
    }

LANGUAGE_CODE = 'en'
TIME_ZONE = 'UTC'
USE_TZ = True

# The tests provoke errors on purpose: their log lines would only hide the real ones.
LOG_LEVEL = 'CRITICAL' if TESTING else os.environ.get('DJANGO_LOG_LEVEL') or 'INFO'
LOGGING = {
    'version': 1,
    'disable_existing_loggers': False,
    'formatters': {'line': {'format': '%(asctime)s %(levelname)s %(name)s: %(message)s'}},
    'handlers': {'console': {'class': 'logging.StreamHandler', 'formatter': 'line'}},
    'root': {'handlers': ['console'], 'level': LOG_LEVEL},
    'loggers': {'django': {'handlers': ['console'], 'level': LOG_LEVEL, 'propagate': False}},
}
