"""The exact differences between two databases, row by row, by primary key."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from pipeline_data.databases import address, begin, check_file, connect, quote, schema_hash, tables
from pipeline_data.files import read_json
from pipeline_data.problems import foreseen
from pipeline_data.snapshots import sidecar

APART = {'django_session': 'of_sessions', 'django_migrations': 'of_migrations', 'sqlite_sequence': 'of_sequences'}
"""What changes without anybody having written anything: visitors come, migrations run, numbers are given out."""

INDEXES = {
    'fts3': ('segments', 'segdir', 'docsize', 'stat'),
    'fts4': ('segments', 'segdir', 'docsize', 'stat'),
    'fts5': ('data', 'idx', 'docsize', 'config'),
    'rtree': ('node', 'rowid', 'parent'),
    'geopoly': ('node', 'rowid', 'parent'),
}
"""Tables in which a virtual table keeps what follows from its content. The content itself (NAME_content) counts as any table."""

EXAMPLES = 5
KINDS = ('added', 'changed', 'deleted')


class Table(NamedTuple):
    columns: Dict[str, str]
    """Declared types by name; without what is generated from other columns."""
    key: Tuple[str, ...]
    rowid: Optional[str]
    """A name of its row number that no column hides."""


def differences(old: str, new: str, timeout: float) -> Dict[str, Any]:
    """
    How `new` differs from `old`. `total` counts rows; those of APART, and of what is an index only, are counted in numbers of their own.
    `exact` is false where a table could not be compared, or a column is in one of them only: what was written to it is not seen.
    """
    for path in (old, new):
        check_file(path)
    with foreseen(f'{old} and {new}'), closing(connect(old, timeout, _at_rest(old))) as connection:
        connection.execute('ATTACH ? AS other', (address(new, _at_rest(new)),))
        begin(connection)
        connection.execute('SELECT count(*) FROM other.sqlite_master').fetchone()
        return _compared(connection)


def _at_rest(path: str) -> bool:
    """A snapshot has a sidecar."""
    return read_json(sidecar(path)) is not None


def _compared(connection: sqlite3.Connection) -> Dict[str, Any]:
    before, after = tables(connection, 'main'), tables(connection, 'other')
    virtual = {name: module for name, module in {**before, **after}.items() if module}
    indexes = {f'{name}_{suffix}' for name, module in virtual.items() for suffix in INDEXES.get(module, ())}
    ordinary = [name for name in sorted({**before, **after}) if name not in virtual and not name.startswith('sqlite_stat')]

    result: Dict[str, Any] = {
        'tables': {},
        'total': 0,
        **{number: 0 for number in (*APART.values(), 'of_indexes')},
        'apart': {},
        'examples': {},
        'columns': {},
        'only_in_from': [name for name in ordinary if name not in after],
        'only_in_to': [name for name in ordinary if name not in before],
        'not_compared': {name: f'virtual ({module}); its own tables are compared' for name, module in virtual.items()},
        'compared': 0,
        'same_schema': schema_hash(connection, 'main') == schema_hash(connection, 'other'),
        'exact': True,
    }
    for name in ordinary:
        try:
            counts, examples, columns = _table(connection, name, name in before, name in after)
        except (sqlite3.OperationalError, ValueError) as error:
            if 'is locked' in str(error):
                raise
            result['not_compared'][name] = str(error)
            result['exact'] = False
            continue
        result['compared'] += 1
        if columns:
            result['columns'][name] = columns
            result['exact'] = False
        number = APART.get(name) or ('of_indexes' if name in indexes else 'total')
        result[number] += sum(counts.values())
        if any(counts.values()):
            result['tables' if number == 'total' else 'apart'][name] = counts
            if number == 'total' and any(examples.values()):
                result['examples'][name] = {kind: keys for kind, keys in examples.items() if keys}
    return result


def _table(connection: sqlite3.Connection, name: str, was: bool, is_: bool) -> Tuple[Dict[str, int], Dict[str, Any], Dict[str, Any]]:
    table = quote(name)
    if not (was and is_):
        schema, kind = ('main', 'deleted') if was else ('other', 'added')
        rows = connection.execute(f'SELECT count(*) FROM {schema}.{table}').fetchone()[0]
        return {**dict.fromkeys(KINDS, 0), kind: rows}, {}, {}

    old, new = _described(connection, 'main', name), _described(connection, 'other', name)
    key = _key(connection, table, old, new)
    match = ' AND '.join(f'o.{part} = n.{part}' for part in key)
    common = [quote(column) for column in old.columns if column in new.columns]
    # 'a' and 'A' may be alike to the column, 1 and '1' to the comparison: neither is the same value.
    differs = ' OR '.join(f'(o.{c} COLLATE BINARY IS NOT n.{c} OR typeof(o.{c}) IS NOT typeof(n.{c}))' for c in common) or '0'
    listed = {alias: ', '.join(f'{alias}.{part}' for part in key) for alias in 'on'}
    queries = {
        'added': f'SELECT {listed["n"]} FROM other.{table} AS n WHERE NOT EXISTS (SELECT 1 FROM main.{table} AS o WHERE {match})',
        'changed': f'SELECT {listed["n"]} FROM main.{table} AS o CROSS JOIN other.{table} AS n ON {match} WHERE {differs}',
        'deleted': f'SELECT {listed["o"]} FROM main.{table} AS o WHERE NOT EXISTS (SELECT 1 FROM other.{table} AS n WHERE {match})',
    }
    counts: Dict[str, int] = {}
    examples: Dict[str, List[Any]] = {}
    for kind, query in queries.items():
        counts[kind], examples[kind] = 0, []
        for row in connection.execute(query):
            counts[kind] += 1
            # Other keys than numbers may be secrets: sessions and tokens have theirs as the key.
            if counts[kind] <= EXAMPLES and all(isinstance(part, int) for part in row):
                examples[kind].append(row[0] if len(row) == 1 else list(row))
    lone = {
        'only_in_from': [column for column in old.columns if column not in new.columns],
        'only_in_to': [column for column in new.columns if column not in old.columns],
    }
    return counts, examples, lone if any(lone.values()) else {}


def _described(connection: sqlite3.Connection, schema: str, name: str) -> Table:
    rows = list(connection.execute(f'PRAGMA {schema}.table_xinfo({quote(name)})'))
    columns = {column: declared for _, column, declared, _, _, _, hidden in rows if not hidden}
    parts = sorted((place, column) for _, column, _, _, _, place, _ in rows if place)
    key = ('name',) if name == 'sqlite_sequence' else tuple(column for _, column in parts)
    taken = {row[1].lower() for row in rows}
    for rowid in ('rowid', '_rowid_', 'oid'):
        if rowid in taken:
            continue
        try:
            connection.execute(f'SELECT {rowid} FROM {schema}.{quote(name)} LIMIT 0')
        except sqlite3.OperationalError:
            break  # WITHOUT ROWID
        return Table(columns, key, rowid)
    return Table(columns, key, None)


def _key(connection: sqlite3.Connection, table: str, old: Table, new: Table) -> Tuple[str, ...]:
    """What tells rows apart, quoted. Raises ValueError where nothing does in both."""
    if old.key and old.key == new.key and all(_affinity(old.columns[c]) == _affinity(new.columns[c]) for c in old.key):
        parts = tuple(quote(column) for column in old.key)
        # Only SQLite allows NULL in a primary key, and any number of them.
        empty = ' OR '.join(f'{part} IS NULL' for part in parts)
        if not any(
            connection.execute(f'SELECT 1 FROM {schema}.{table} WHERE {empty} LIMIT 1').fetchone() for schema in ('main', 'other')
        ):
            return parts
    if old.rowid and old.rowid == new.rowid:
        return (old.rowid,)
    raise ValueError('the two have no key in common')


def _affinity(declared: str) -> str:
    """How SQLite compares a column: https://www.sqlite.org/datatype3.html#determination_of_column_affinity"""
    declared = declared.upper()
    for affinity, words in (('integer', ('INT',)), ('text', ('CHAR', 'CLOB', 'TEXT')), ('blob', ('BLOB',)), ('real', ('REAL', 'FLOA', 'DOUB'))):
        if any(word in declared for word in words):
            return affinity
    return 'numeric' if declared else 'blob'
