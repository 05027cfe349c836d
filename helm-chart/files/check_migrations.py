"""Exits 1 when the database lacks a migration that this image carries."""
import sys

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

executor = MigrationExecutor(connection)
plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
lacking = ["%s.%s" % (migration.app_label, migration.name) for migration, _ in plan]
if lacking:
    sys.exit("the database lacks %d of this image's migrations: %s" % (len(lacking), ", ".join(lacking[:10])))
print("every migration is applied")
