# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Compares all rows of two databases, one of which is an upgraded copy of the other.

Nothing is left out because nobody thought of it: every table is compared, save those
that hold Odoo's picture of the code, and those that are written by running at all; and
so are the constraints and indexes.
"""

from contextlib import closing
from os.path import commonprefix

import psycopg2
from expected import IGNORED_COLUMNS, IGNORED_ROWS, IGNORED_TABLES
from psycopg2 import sql

# Rows of a table that are shown before the rest is counted only.
SHOWN = 5
TABLES = """
    SELECT class.relname, attribute.attname
      FROM pg_class AS class
      JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
     WHERE class.relkind = 'r'
       AND class.relnamespace = 'public'::regnamespace
       AND attribute.attnum > 0 AND NOT attribute.attisdropped
"""
# What keeps the rows right and quick to find, by name.
GUARDS = """
    SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace
     UNION
    SELECT tablename || ' ' || indexname, indexdef
      FROM pg_indexes WHERE schemaname = 'public'
"""


class Database:
    """Reads one database.

    :param str name: of the database
    """

    def __init__(self, name):
        self.connection = psycopg2.connect(dbname=name)
        self.connection.set_session(readonly=True)

    def fetch(self, query, params=None):
        with self.connection.cursor() as cr:
            cr.execute(query, params)
            return cr.fetchall()

    def get_tables(self):
        """Return the names of the columns of each table.

        :rtype: dict[str, set[str]]
        """
        tables = {}
        for table, column in self.fetch(TABLES):
            tables.setdefault(table, set()).add(column)
        return tables

    def get_hashes(self, table, columns):
        """Return a hash of each row, by id, or by itself where there is no id."""
        row = sql.SQL(", ").join(map(sql.Identifier, columns))
        key = sql.Identifier("id") if "id" in columns else sql.SQL("ROW({})::text")
        query = sql.SQL("SELECT {}, md5(ROW({})::text) FROM {} WHERE {}").format(
            key if "id" in columns else key.format(row),
            row,
            sql.Identifier(table),
            sql.SQL(IGNORED_ROWS.get(table, "TRUE")),
        )
        return dict(self.fetch(query))

    def get_row(self, table, columns, row_id):
        """Return one row, as text by column."""
        if "id" not in columns:
            return {"row": row_id}
        parts = sql.SQL(", ").join(
            sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns
        )
        query = sql.SQL("SELECT {} FROM {} WHERE id = %s").format(
            parts, sql.Identifier(table)
        )
        [row] = self.fetch(query, [row_id])
        return dict(zip(columns, row, strict=True))


def compare(before, after):
    """Compare two databases.

    :param str before: name of the one that was there
    :param str after: name of the one that was made of it
    :return: a sentence for each difference
    :rtype: list[str]
    """
    old, new = Database(before), Database(after)
    with closing(old.connection), closing(new.connection):
        differences = []
        old_tables, new_tables = old.get_tables(), new.get_tables()
        for table in sorted(set(old_tables) - set(IGNORED_TABLES)):
            if table not in new_tables:
                differences.append(f"{table}: the table is gone")
                continue
            ignored = IGNORED_COLUMNS.get(table, set())
            gone = old_tables[table] - new_tables[table] - ignored
            if gone:
                names = ", ".join(sorted(gone))
                differences.append(f"{table}: columns that are gone: {names}")
            columns = sorted((old_tables[table] & new_tables[table]) - ignored)
            if columns:
                differences += _compare_rows(old, new, table, columns)
        before, after = dict(old.fetch(GUARDS)), dict(new.fetch(GUARDS))
        differences += [
            f"{name}: was {before[name]}, is {after.get(name)}"
            for name in sorted(before)
            if before[name] != after.get(name)
        ]
    return differences


def _compare_rows(old, new, table, columns):
    """Return sentences on the rows of a table that are gone, new or changed."""
    before, after = (base.get_hashes(table, columns) for base in (old, new))
    gone = [row for row in before if row not in after]
    made = [row for row in after if row not in before]
    changed = [row for row in before if after.get(row, before[row]) != before[row]]
    sentences = []
    for rows, base, word in ((gone, old, "gone"), (made, new, "new")):
        for row in rows[:SHOWN]:
            values = _shorten(base.get_row(table, columns, row))
            sentences.append(f"{table} {row}: {word}: {values}")
        if len(rows) > SHOWN:
            sentences.append(f"{table}: {len(rows) - SHOWN} more rows are {word}")
    for row in changed[:SHOWN]:
        was, now = (base.get_row(table, columns, row) for base in (old, new))
        sentences += [
            f"{table} {row}: {column} was {_cut(was[column], start)}, "
            f"is {_cut(now[column], start)}"
            for column in columns
            if was[column] != now[column]
            for start in [_get_start(was[column], now[column])]
        ]
    if len(changed) > SHOWN:
        sentences.append(f"{table}: {len(changed) - SHOWN} more rows are changed")
    return sentences


def _shorten(row):
    return ", ".join(f"{name}={_cut(value)}" for name, value in row.items() if value)[
        :400
    ]


def _get_start(was, now):
    """Return from where on two values are shown: a little before they differ."""
    return max(len(commonprefix([was or "", now or ""])) - 20, 0)


def _cut(value, start=0):
    """Return what is shown of a value: 80 characters."""
    if value is None:
        return None
    shown = value[start : start + 80]
    return f"{'…' if start else ''}{shown}{'…' if value[start + 80 :] else ''}"
