"""
The rules by which settings made for development become settings fit for the cluster.

A rule takes the application's settings, the environment and the place, and yields what must change. It changes nothing
itself, needs no Django, and yields nothing where the application's value fits already: an application that reads its
settings from the environment comes through as it is.
"""

from __future__ import annotations

from typing import Any, Mapping

from pipeline_django.rules.databases import sqlite_on_network, sqlite_paths
from pipeline_django.rules.development_tools import development_tools
from pipeline_django.rules.files import media_files, static_files
from pipeline_django.rules.logs import error_log
from pipeline_django.rules.override import Override, Place
from pipeline_django.rules.security import csrf_origins, debug, hosts, secret_key

RULES = (
    debug,
    secret_key,
    hosts,
    csrf_origins,
    sqlite_paths,
    sqlite_on_network,
    static_files,
    media_files,
    development_tools,
    error_log,
)


def overrides(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> list[Override]:
    """What must change in `settings` (upper-case names), in the order of RULES; each sees the changes before it."""
    current = dict(settings)
    found: list[Override] = []
    for rule in RULES:
        for override in rule(current, environ, place):
            current[override.setting] = override.value
            found.append(override)
    return found
