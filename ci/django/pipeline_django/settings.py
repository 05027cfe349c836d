"""DJANGO_SETTINGS_MODULE of the image: the application's own settings, made fit for the cluster."""

import os

from django.core.exceptions import ImproperlyConfigured

from pipeline_django.overlay import SettingsError, load
from pipeline_django.rules.security import unsafe
from pipeline_django.sqlite import settle_connections

try:
    _settings, _ = load(os.environ)
except SettingsError as error:
    raise ImproperlyConfigured(str(error)) from None

_reason = unsafe(_settings)
if _reason:
    raise ImproperlyConfigured(_reason)

globals().update(_settings)
settle_connections()
