# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What makes millions of rows quick to write: tables without what is kept up to date or
checked row by row, and all of that made or checked at once afterwards."""

# In a session of its own.
MEMORY = "512MB"
INDEXES = """
    SELECT index.indexrelid::regclass::text,
           pg_get_indexdef(index.indexrelid),
           -- By its comment Odoo knows whether it is still as it should be.
           format(
               'COMMENT ON INDEX %%s IS %%L',
               index.indexrelid::regclass,
               obj_description(index.indexrelid, 'pg_class')
           )
      FROM pg_index AS index
     WHERE index.indrelid = %s::regclass
       AND NOT EXISTS (SELECT 1 FROM pg_constraint
                        WHERE conindid = index.indexrelid)
     ORDER BY 1
"""
FOREIGN_KEYS = """
    SELECT quote_ident(conname), pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE conrelid = %s::regclass AND contype = 'f'
     ORDER BY 1
"""


def strip_tables(cr, tables):
    """Drop the indexes of tables but for those of constraints, and their foreign keys.

    :param cr: cursor
    :param tables: their names
    :return: the statements that make them again
    :rtype: list[str]
    """
    indexes, keys = [], []
    for table in tables:
        cr.execute(INDEXES, (table,))
        for name, definition, comment in cr.fetchall():
            cr.execute(f"DROP INDEX {name}")
            indexes += [definition, comment]
        cr.execute(FOREIGN_KEYS, (table,))
        for name, definition in cr.fetchall():
            cr.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            keys.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    return indexes + keys


def restore_tables(cr, statements, advance):
    """Make again what ``strip_tables`` dropped.

    :param cr: autocommit cursor
    :param list statements: as it returned
    :param advance: function of the share that is done
    """
    cr.execute("SELECT set_config('maintenance_work_mem', %s, false)", (MEMORY,))
    for number, statement in enumerate(statements, start=1):
        cr.execute(statement)
        advance(number / len(statements))
