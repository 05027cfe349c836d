"""
`python -m pipeline_django.prepare`, while the image is built: checks that the application can run in it, and collects
its static files. Each obstacle is one sentence that says what to do, for its reader did not write this.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import runpy
import sys
import traceback
from pathlib import Path

from pipeline_django.placeholders import with_placeholders
from pipeline_django.rules.files import uses_staticfiles


def main() -> int:
    obstacle = missing_parts(Path.cwd(), os.environ) or collect_static_files()
    if obstacle:
        print(f'error: {obstacle}', file=sys.stderr)
    return 1 if obstacle else 0


def missing_parts(folder: Path, environ) -> str | None:
    """What the application lacks to be served from this image; None when all is there."""
    if not environ.get('APP_SETTINGS_MODULE'):
        return (
            'This is not a Django application, or its settings module was not found: only its tests can run. '
            'To deploy it, give it a Dockerfile.'
        )
    if not (folder / 'manage.py').is_file():
        return f'There is no manage.py in {folder}.'
    if importlib.util.find_spec('django') is None:
        return (
            'Django is not installed: it is not among the dependencies (uv.lock, requirements.txt or pyproject.toml).'
        )
    return None


def collect_static_files() -> str | None:
    """Runs collectstatic the way migrations will run, by manage.py. Returns what went wrong, None if nothing did."""
    ours = os.environ['DJANGO_SETTINGS_MODULE']
    try:
        from django.conf import settings

        apps, variables = with_placeholders(lambda: settings.INSTALLED_APPS, os.environ)
        if variables:
            print('The settings do not load without these variables; they have a stand-in here:', *variables)
        collect = uses_staticfiles({'INSTALLED_APPS': apps})
        # Without static files any command will do: what matters then is that manage.py runs with these settings.
        status = run_manage(['collectstatic', '--noinput', '--verbosity', '0'] if collect else ['check', '--list-tags'])
    except Exception as error:
        traceback.print_exc()
        return explain(error)
    if status:
        return f'manage.py ended with status {status}; its words are above.'
    if os.environ['DJANGO_SETTINGS_MODULE'] != ours:
        return (
            "manage.py sets DJANGO_SETTINGS_MODULE whatever the environment says, so the image's settings would not "
            "apply: use os.environ.setdefault('DJANGO_SETTINGS_MODULE', …), as startproject does."
        )
    print('Static files collected.' if collect else 'The application has no static files to collect.')
    return None


def run_manage(arguments: list[str]) -> object:
    """Runs manage.py in this process, so that what it does to the environment can be seen. Returns its exit status."""
    sys.argv = ['manage.py', *arguments]
    try:
        with contextlib.redirect_stdout(sys.stderr):
            runpy.run_path('manage.py', run_name='__main__')
    except SystemExit as ended:
        return ended.code
    return None


def explain(error: Exception) -> str:
    """The likeliest cause, at build time, of an exception while settings load or static files are collected."""
    kind = f'{type(error).__name__}: {error}'
    if isinstance(error, ImportError):
        return (
            f'{kind}. A package that the application imports is not among its dependencies, '
            'or only among those for development.'
        )
    if isinstance(error, KeyError) or 'environment variable' in str(error):
        return (
            f'{kind}. The application seems to need an environment variable that does not exist while the image is '
            'built: give it a default, or give the application a Dockerfile of its own.'
        )
    return f'{kind}. The settings do not load, or static files cannot be collected; the trace is above.'


if __name__ == '__main__':
    sys.exit(main())
