"""Writes a row into the app's database, reads it back and rolls it back; exits 1 when that fails.

Argument: database_type, the chart's database.type. The row goes into Django's own table of migrations, which every app has: no schema
is changed, and nothing stays.
"""
import json
import os
import sys
import uuid

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

database_type = json.loads(os.environ["CHECK_ARGUMENTS"])["database_type"]
if database_type == "external" and connection.vendor == "sqlite":
    sys.exit("database.type is external, but the app uses SQLite: each pod would write to a file of its own")

recorder = MigrationRecorder(connection)
# Not recorder.has_table(), which Django 1.11 has not.
if recorder.migration_qs.model._meta.db_table not in connection.introspection.table_names():
    sys.exit("the database has no table of migrations: none has ever run, or the volume is another one")

app = "check-%s" % uuid.uuid4()
rows = recorder.migration_qs.filter(app=app)
with transaction.atomic():
    rows.create(app=app, name="written by helm test")
    found = rows.count()
    transaction.set_rollback(True)
if found != 1:
    sys.exit("wrote one row to the database, and read %d" % found)
if rows.exists():
    rows.delete()
    sys.exit("the database has no transactions: a row stayed that was rolled back")
print("wrote a row to the %s database, read it and rolled it back" % connection.vendor)
