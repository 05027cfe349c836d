"""Where the application has its data, and which migrations are pending. Alone in its room: Django's shell runs this text by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys


def located():
    """Asks Django, whose settings are loaded. A database that is not there is not made."""
    from django.db import connections

    default = connections['default']
    settings = default.settings_dict
    found = {'engine': settings.get('ENGINE', ''), 'sqlite': False, 'path': None, 'exists': None, 'journal': None}
    found['others'] = sorted(alias for alias in connections if alias != 'default')
    name = str(settings.get('NAME') or '')
    if default.vendor == 'sqlite':
        if ':memory:' not in name and 'mode=memory' not in name:
            path = name[len('file:') :].partition('?')[0] if name.startswith('file:') else name
            found.update(sqlite=True, path=os.path.realpath(path), exists=os.path.exists(path))
        if found['exists']:
            with open(found['path'], 'rb') as file:
                found['journal'] = 'wal' if file.read(20)[18:19] == b'\2' else 'rollback'
    try:
        found['pending'] = _pending(None if default.vendor == 'sqlite' and not found['exists'] else default)
    except Exception as error:  # whatever the driver of a server raises, and what is wrong with migrations
        found['pending'] = None
        found['why'] = '%s: %s' % (type(error).__name__, error)
    return found


def _pending(connection):
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.loader import MigrationLoader

    if connection is not None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return ['%s.%s' % (migration.app_label, migration.name) for migration, _ in plan]
    graph = MigrationLoader(None).graph
    pending = []
    for leaf in graph.leaf_nodes():
        for app, name in graph.forwards_plan(leaf):
            if '%s.%s' % (app, name) not in pending:
                pending.append('%s.%s' % (app, name))
    return pending


def locate():
    """
    The same by manage.py of the working folder, which knows what has to be loaded before the settings; else by
    DJANGO_SETTINGS_MODULE. Ends the program where neither works, since nothing is known then.
    """
    if not os.path.exists('manage.py'):
        if not os.environ.get('DJANGO_SETTINGS_MODULE'):
            raise SystemExit('there is neither a manage.py in %s nor a DJANGO_SETTINGS_MODULE' % os.getcwd())
        import django

        django.setup()
        return located()
    import pipeline_data

    code = pipeline_data.SOURCES['locate'] + '\nprint("located: " + json.dumps(located()))'
    command = [sys.executable, 'manage.py', 'shell', '-c', code]
    asked = subprocess.run(command, stdout=subprocess.PIPE, universal_newlines=True)
    for line in reversed(asked.stdout.splitlines()):
        if line.startswith('located: '):
            return json.loads(line[len('located: ') :])
    raise SystemExit('manage.py shell did not load the application (exit code %d)' % asked.returncode)
