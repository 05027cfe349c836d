"""
`python -m pipeline_django.healthcheck`, the image's HEALTHCHECK: whether the application answers, for users of
`docker run`. Any answer will do that is no error of the server: not every application has a page at HEALTH_PATH (`/`),
and some ask for a login.
"""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection, HTTPException
from typing import Mapping

TIMEOUT = 8
"""Seconds; less than Docker's for the whole command, so that this can still say what was wrong."""


def main(environ: Mapping[str, str] = os.environ) -> int:
    try:
        status = ask(environ)
    except (OSError, HTTPException) as error:
        print(f'no answer: {error!r}', file=sys.stderr)
        return 1
    print(f'answered with {status}')
    return 1 if status >= 500 else 0


def ask(environ: Mapping[str, str]) -> int:
    """The status of the answer. Raises OSError or HTTPException when there is none."""
    connection = HTTPConnection('127.0.0.1', int(environ.get('PORT') or 8000), timeout=TIMEOUT)
    # As the proxy before the application does: else Django answers for itself that it was asked by a wrong name or by HTTP.
    headers = {'Host': host(environ), 'X-Forwarded-Proto': 'https'}
    try:
        connection.request('GET', environ.get('HEALTH_PATH') or '/', headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def host(environ: Mapping[str, str]) -> str:
    """A name that the application answers to: the first of DJANGO_ALLOWED_HOSTS."""
    first = (environ.get('DJANGO_ALLOWED_HOSTS') or '').partition(',')[0].strip().lstrip('.')
    return first if first and first != '*' else 'localhost'


if __name__ == '__main__':
    sys.exit(main())
