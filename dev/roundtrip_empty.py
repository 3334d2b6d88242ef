# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Makes of a copy of a desk a new one: its people, plans and customers, and no request.

Usage: roundtrip_empty.py CONF DATABASE
"""

import uuid

from process import open_env

from odoo.tools import SQL

# What belongs to tickets without the database knowing it
LEAVES = (
    "DELETE FROM rating_rating WHERE res_model = 'helpdesk.ticket'",
    "DELETE FROM mail_followers WHERE res_model = 'helpdesk.ticket'",
    "DELETE FROM mail_message WHERE model = 'helpdesk.ticket'",
    "DELETE FROM mail_activity WHERE res_model = 'helpdesk.ticket'",
    "DELETE FROM ir_attachment WHERE res_model = 'helpdesk.ticket'",
    "DELETE FROM account_analytic_line WHERE ticket_id IS NOT NULL",
)
# Columns that would keep their ticket from going
KEEPERS = """
    SELECT c.conrelid::regclass::text, a.attname, a.attnotnull
      FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.confrelid = %s::regclass AND c.conrelid != c.confrelid AND c.contype = 'f'
       AND c.confdeltype IN ('a', 'r')
"""


def let_go(cr, table):
    """Have nothing keep the rows of a table: what names them is emptied, or goes."""
    cr.execute(KEEPERS, [table])
    for keeper, column, is_needed in cr.fetchall():
        names = SQL.identifier(keeper), SQL.identifier(column)
        if is_needed:
            let_go(cr, keeper)
            cr.execute(SQL("DELETE FROM %s WHERE %s IS NOT NULL", *names))
        else:
            cr.execute(SQL("UPDATE %s SET %s = NULL", *names))


def main():
    with open_env() as env:
        cr = env.cr
        let_go(cr, "helpdesk_ticket")
        for query in LEAVES:
            cr.execute(query)
        cr.execute("DELETE FROM helpdesk_ticket")
        cr.execute("DELETE FROM support_move_link")
        env["ir.config_parameter"].set_param("database.uuid", str(uuid.uuid4()))


main()
