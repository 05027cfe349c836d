"""Tools that settings list unconditionally though only developers install them."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from pipeline_django.rules.override import Override, Place

# A list of names, not "whatever is missing": a forgotten dependency must stay an error.
TOOLS = frozenset({'debug_toolbar', 'django_browser_reload', 'django_extensions', 'livereload', 'silk'})


def development_tools(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> Iterator[Override]:
    absent = {tool for tool in TOOLS if not place.is_importable(tool)}
    for name in ('INSTALLED_APPS', 'MIDDLEWARE'):
        listed = list(settings.get(name) or ())
        dropped = [entry for entry in listed if entry.partition('.')[0] in absent]
        if dropped:
            kept = [entry for entry in listed if entry not in dropped]
            yield Override(name, kept, f'named {", ".join(dropped)}, a development tool that is not installed')
