"""Reads a row of every model with all its columns, and looks for columns without which no row can be written; exits 1 when the database
does not fit the models of this image.

A model counts where the app would write it (its routers are asked), as far as migrations make its table. Nothing is written.
"""
import sys

from django.apps import apps
from django.db import DatabaseError, connections, router
from django.db.migrations.loader import MigrationLoader
from django.db.models.query import QuerySet

MOST = 10  # problems that are named

problems = []
read = 0
migrated = {}
columns = {}


def columns_of(alias, table):
    """Return the table's columns by name; None where there is no such table."""
    if (alias, table) not in columns:
        connection = connections[alias]
        with connection.cursor() as cursor:
            names = connection.introspection.table_names(cursor, include_views=True)
            found = connection.introspection.get_table_description(cursor, table) if table in names else None
        columns[alias, table] = found and {column.name: column for column in found}
    return columns[alias, table]


def read_row(model, alias):
    fields = [field.attname for field in model._meta.local_concrete_fields]
    query = QuerySet(model=model, using=alias).order_by().values(*fields)[:1].query
    sql, parameters = query.get_compiler(using=alias).as_sql()
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, parameters)
        cursor.fetchone()


def must_be_filled(column):
    """Return whether a row needs a value of the column from whoever adds it. Old versions of Django do not tell of defaults."""
    fills_itself = getattr(column, "is_autofield", False) or "auto_increment" in (getattr(column, "extra", None) or "")
    return not column.null_ok and getattr(column, "default", "unknown") is None and not fills_itself


def problem_with(model, alias):
    """Return what is wrong with the model's table, or None."""
    meta = model._meta
    what = "table %s (model %s)" % (meta.db_table, meta.label)
    try:
        if meta.local_concrete_fields:
            read_row(model, alias)
    except DatabaseError as error:
        there = columns_of(alias, meta.db_table)
        if there is None:
            return "the database has no %s" % what
        lacking = [field.column for field in meta.local_concrete_fields if field.column not in there]
        if lacking:
            return "%s lacks the column%s %s" % (what, "s" if len(lacking) > 1 else "", ", ".join(lacking))
        return "%s cannot be read: %s" % (what, error)
    known = {field.column for field in meta.local_concrete_fields}
    for name, column in (columns_of(alias, meta.db_table) or {}).items():
        if name not in known and must_be_filled(column):
            return "%s has the column %s, which must be filled and is not of this image: no row can be added" % (what, name)
    return None


for model in apps.get_models(include_auto_created=True):
    meta = model._meta
    alias = router.db_for_write(model)
    if not meta.can_migrate(connections[alias]) or not router.allow_migrate_model(alias, model):
        continue
    if alias not in migrated:
        migrated[alias] = MigrationLoader(connections[alias]).migrated_apps
    # Without migrations nothing makes the table but `migrate --run-syncdb`.
    if meta.app_label not in migrated[alias] and columns_of(alias, meta.db_table) is None:
        continue
    read += 1
    problem = problem_with(model, alias)
    if problem:
        problems.append(problem)
if problems:
    more = len(problems) - MOST
    sys.exit("; ".join(problems[:MOST]) + ("; and %d more" % more if more > 0 else ""))
print("read %d models with all their columns" % read)
