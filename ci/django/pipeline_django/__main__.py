"""`python -m pipeline_django` prints what is overridden in the application's settings, as JSON: [{setting, why}]."""

import contextlib
import json
import os
import sys
import traceback

from pipeline_django.overlay import load


def main() -> int:
    try:
        # What the application prints while its settings load must not end up between the JSON.
        with contextlib.redirect_stdout(sys.stderr):
            _, found = load(os.environ)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        # The last line of the application itself says more than the line of a library that raised.
        where = [frame for frame in frames if frame.filename.startswith(os.getcwd())][-1:] or frames[-1:]
        place = f'{where[0].filename}:{where[0].lineno}'
        print(f"The application's settings do not load: {type(error).__name__}: {error} ({place})", file=sys.stderr)
        return 1
    print(json.dumps([{'setting': override.setting, 'why': override.why} for override in found], indent=2))
    return 0


if __name__ == '__main__':
    sys.exit(main())
