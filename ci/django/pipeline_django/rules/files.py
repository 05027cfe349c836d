"""Static files are collected into the image and served by WhiteNoise; uploads belong on the volume."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from pipeline_django.rules.override import Override, Place, normal

STATICFILES = ('django.contrib.staticfiles', 'django.contrib.staticfiles.apps.StaticFilesConfig')
SECURITY_MIDDLEWARE = 'django.middleware.security.SecurityMiddleware'
WHITENOISE = 'whitenoise.middleware.WhiteNoiseMiddleware'


def uses_staticfiles(settings: Mapping[str, Any]) -> bool:
    return any(app in STATICFILES for app in settings.get('INSTALLED_APPS') or ())


def static_files(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> Iterator[Override]:
    if not uses_staticfiles(settings):
        return
    url = str(settings.get('STATIC_URL') or '')
    if not url:
        yield Override('STATIC_URL', '/static/', 'was not set')

    collected = environ.get('DJANGO_STATIC_ROOT') or str(place.app_root / 'staticfiles')
    root = str(settings.get('STATIC_ROOT') or '')
    if root != collected:
        if not root:
            yield Override('STATIC_ROOT', collected, 'was not set')
        elif not place.owns(root):
            yield Override('STATIC_ROOT', collected, 'was outside the folders that the image holds')
        elif any(normal(str(folder)) == normal(root) for folder in settings.get('STATICFILES_DIRS') or ()):
            yield Override('STATIC_ROOT', collected, 'was one of STATICFILES_DIRS, a source of what is collected')

    middleware = list(settings.get('MIDDLEWARE') or ())
    elsewhere = '://' in url or url.startswith('//')
    if not elsewhere and not any(name.startswith('whitenoise.') for name in middleware):
        # Before anything that reads the session or the database, but after the redirect to HTTPS.
        position = middleware.index(SECURITY_MIDDLEWARE) + 1 if SECURITY_MIDDLEWARE in middleware else 0
        middleware.insert(position, WHITENOISE)
        yield Override('MIDDLEWARE', middleware, 'had nothing that serves static files; WhiteNoise added')


def media_files(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> Iterator[Override]:
    target = environ.get('DJANGO_MEDIA_ROOT')
    root = str(settings.get('MEDIA_ROOT') or '')
    if target and root != target and place.owns(root):
        state = 'was in the image, where it is read-only' if root else 'was not set'
        yield Override('MEDIA_ROOT', target, f'{state}; from DJANGO_MEDIA_ROOT')
