"""Names of distributions."""

import re


def normal(name: str) -> str:
    """A distribution's name as https://packaging.python.org/en/latest/specifications/name-normalization/ wants it."""
    return re.sub(r'[-_.]+', '-', name).lower()
