"""Who may talk to the application, and what it gives away."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from pipeline_django.rules.override import Override, Place, is_on, items

GENERATED_KEY_PREFIX = 'django-insecure-'
"""What startproject puts before the key that it writes into settings.py."""


def debug(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> Iterator[Override]:
    wanted = is_on(environ.get('DJANGO_DEBUG'))
    if bool(settings.get('DEBUG', False)) != wanted:
        yield Override(
            'DEBUG', wanted, 'was off; DJANGO_DEBUG=1' if wanted else 'was on, which shows source and settings'
        )


def secret_key(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> Iterator[Override]:
    key = environ.get('DJANGO_SECRET_KEY')
    if key and key != settings.get('SECRET_KEY'):
        yield Override('SECRET_KEY', key, 'replaced by DJANGO_SECRET_KEY')


def hosts(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> Iterator[Override]:
    yield from _union('ALLOWED_HOSTS', 'DJANGO_ALLOWED_HOSTS', settings, environ)


def csrf_origins(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> Iterator[Override]:
    yield from _union('CSRF_TRUSTED_ORIGINS', 'DJANGO_CSRF_TRUSTED_ORIGINS', settings, environ)


def unsafe(settings: Mapping[str, Any]) -> str | None:
    """Why an application with these settings, overrides included, must not serve; None if it may."""
    key = str(settings.get('SECRET_KEY') or '')
    if settings.get('DEBUG') or (key and not key.startswith(GENERATED_KEY_PREFIX)):
        return None
    return (
        'DJANGO_SECRET_KEY is not set, and the application has no key of its own but '
        f'{"the public one in its sources" if key else "an empty one"}: whoever knows it can forge sessions'
    )


def _union(name: str, variable: str, settings: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[Override]:
    own = settings.get(name) or []
    # A string is a mistake that Django itself explains well. A star allows everything already.
    if isinstance(own, str) or '*' in own:
        return
    missing = [item for item in items(environ.get(variable)) if item not in own]
    if missing:
        yield Override(name, [*own, *missing], f'lacked {", ".join(missing)}; from {variable}')
