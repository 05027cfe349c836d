"""Typed reading of environment variables. A value that makes no sense stops the start, with its name in the message."""

import os

from django.core.exceptions import ImproperlyConfigured

YES = {'1', 'true', 'yes', 'on'}
NO = {'', '0', 'false', 'no', 'off'}


def flag(name: str) -> bool:
    """The variable as a boolean, False when it is absent. Raises ImproperlyConfigured on anything but yes or no."""
    value = os.environ.get(name, '').strip().lower()
    if value not in YES | NO:
        raise ImproperlyConfigured(f'{name} must be 1 or 0, not {value!r}.')
    return value in YES


def items(name: str) -> list[str]:
    """The comma separated variable as a list, empty when it is absent."""
    return [item.strip() for item in os.environ.get(name, '').split(',') if item.strip()]
