"""Loads the application's own settings and applies the rules to them."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import sys
from pathlib import PurePosixPath
from typing import Any, Iterator, Mapping

from pipeline_django.rules import overrides
from pipeline_django.rules.override import Override, Place
from pipeline_django.sqlite import is_on_network


class SettingsError(Exception):
    """The application's settings cannot be found."""


@contextlib.contextmanager
def called_for_something() -> Iterator[None]:
    """Settings may look at what manage.py was called for, and take it for granted that it was (`sys.argv[1] == 'test'`)."""
    before = sys.argv
    if len(before) < 2:
        sys.argv = ['manage.py', 'check']
    try:
        yield
    finally:
        sys.argv = before


def load(environ: Mapping[str, str]) -> tuple[dict[str, Any], list[Override]]:
    """
    The settings to run with, and what was overridden in them.

    environ: APP_SETTINGS_MODULE names the application's module, APP_ROOT its folder (default: the working folder); the
    other names are those of the rules. Raises SettingsError, and whatever the application's module itself raises.
    """
    name = environ.get('APP_SETTINGS_MODULE')
    if not name:
        raise SettingsError('APP_SETTINGS_MODULE must name the settings module of the application')
    with called_for_something():
        module = importlib.import_module(name)
    settings = {key: getattr(module, key) for key in dir(module) if key.isupper()}
    if not settings:
        raise SettingsError(f'{name} defines no setting')

    place = Place(
        app_root=PurePosixPath(environ.get('APP_ROOT') or os.getcwd()),
        is_writable=lambda folder: os.access(folder, os.W_OK),
        is_importable=lambda package: importlib.util.find_spec(package) is not None,
        is_on_network=is_on_network,
    )
    found = overrides(settings, environ, place)
    for override in found:
        settings[override.setting] = override.value
        # Many an urls.py imports its settings module directly, past django.conf: it must see the same values.
        setattr(module, override.setting, override.value)
    return settings, found
