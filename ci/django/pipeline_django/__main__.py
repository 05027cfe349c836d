"""
`python -m pipeline_django` prints, as JSON, what is overridden in the application's settings, what stood in for environment
variables without which they do not load, and where its database is, which is null without one:
{overrides: [{setting, why}], variables: {NAME: value}, database: {engine, host, port, user}}.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from typing import Any, Mapping

from pipeline_django.overlay import load
from pipeline_django.placeholders import with_placeholders


def main() -> int:
    try:
        # What the application prints while its settings load must not end up between the JSON.
        with contextlib.redirect_stdout(sys.stderr):
            (settings, found), variables = with_placeholders(lambda: load(os.environ), os.environ)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        # The last line of the application itself says more than the line of a library that raised.
        where = [frame for frame in frames if frame.filename.startswith(os.getcwd())][-1:] or frames[-1:]
        place = f'{where[0].filename}:{where[0].lineno}'
        print(f"The application's settings do not load: {type(error).__name__}: {error} ({place})", file=sys.stderr)
        return 1
    overrides = [{'setting': override.setting, 'why': override.why} for override in found]
    print(json.dumps({'overrides': overrides, 'variables': variables, 'database': database(settings)}, indent=2))
    return 0


def database(settings: Mapping[str, Any]) -> dict[str, str] | None:
    """Where the database is that Django uses unless told otherwise. What is not said is empty."""
    default = (settings.get('DATABASES') or {}).get('default') or {}
    if not default.get('ENGINE'):
        return None
    return {key.lower(): str(default.get(key) or '') for key in ('ENGINE', 'HOST', 'PORT', 'USER')}


if __name__ == '__main__':
    sys.exit(main())
