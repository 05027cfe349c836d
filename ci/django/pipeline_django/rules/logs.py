"""Without DEBUG Django mails errors to ADMINS and writes them nowhere: the pod's log would be empty."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from pipeline_django.rules.override import Override, Place

# On the root logger, and nothing on `django`: mail to ADMINS, if there are any, goes on.
CONSOLE = {
    'version': 1,
    'disable_existing_loggers': False,
    'formatters': {'line': {'format': '%(asctime)s %(levelname)s %(name)s: %(message)s'}},
    'handlers': {'console': {'class': 'logging.StreamHandler', 'formatter': 'line'}},
    'root': {'handlers': ['console'], 'level': 'WARNING'},
}


def error_log(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> Iterator[Override]:
    unconfigured = not settings.get('LOGGING') and settings.get('LOGGING_CONFIG', True)
    if unconfigured:
        yield Override('LOGGING', CONSOLE, 'was not set; errors and warnings go to the console')
