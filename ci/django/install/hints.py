"""What to do about the failures of uv that are not the project's fault alone."""

from __future__ import annotations

import re

HINTS = (
    (
        r'invalid peer certificate|UnknownIssuer|certificate verify failed',
        'The package index presents a certificate that this image does not trust: add your authority to the base image '
        '(/usr/local/share/ca-certificates, then update-ca-certificates).',
    ),
    (
        r'incompatible with the project|[Rr]equires-[Pp]ython|requires Python|Python requirement',
        'The dependencies do not support the Python of the base image: name the right one in .python-version or '
        'requires-python.',
    ),
    (
        r'pg_config|mysql_config|pkg-config|gcc|Failed to build|build backend|fatal error: .*\.h',
        'A dependency has no ready-made package (wheel) for this Python and could not be built, with compilers from Debian '
        'where these were missing: use a release that has wheels, another Python version, or a Dockerfile of the project '
        'with what it needs (and with a target `test`, else the tests run in this image all the same).',
    ),
    (
        r'lockfile|uv\.lock',
        'uv.lock does not go with pyproject.toml or this version of uv: run `uv lock` and commit the result.',
    ),
)


def hint(output: str) -> str | None:
    """Advice for what uv printed; None when its own words must do."""
    return next((advice for pattern, advice in HINTS if re.search(pattern, output)), None)
