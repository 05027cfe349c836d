"""Exits 1 when the database has a migration that this image does not know: newer code has changed it, and nobody has tried whether the
code of this image can live with that.

Left alone are those of apps that are not installed any more, and those that came before all that the image knows of the same app: these
were squashed into the first.
"""
import sys

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

loader = MigrationLoader(connection)
known = set(loader.disk_migrations)
for migration in loader.disk_migrations.values():
    known.update(tuple(replaced) for replaced in migration.replaces)

known_apps, unknown = set(), []
if MigrationRecorder(connection).migration_qs.model._meta.db_table in connection.introspection.table_names():
    for app, name in MigrationRecorder(connection).migration_qs.order_by("id").values_list("app", "name"):
        if app not in loader.migrated_apps:
            continue
        if (app, name) in known:
            known_apps.add(app)
        elif app in known_apps:
            unknown.append("%s.%s" % (app, name))
if unknown:
    sys.exit(
        "the database has %d migrations that this image does not know: %s. Newer code has changed it; deploy code that has them, or "
        "undo them with it (manage.py migrate). Where they are gone on purpose: manage.py migrate --prune" % (len(unknown), ", ".join(unknown[:10]))
    )
print("the image knows every migration of the database")
