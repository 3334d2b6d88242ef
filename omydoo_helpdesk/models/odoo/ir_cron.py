# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.http import request
from odoo.tools import SQL


class IrCron(models.Model):
    """A customer's page does not wait for the workers to be woken.

    Who has no ticket: one attribute looked up, no statement, and the workers are woken
    at once as before. It may go when Odoo notifies after the response.
    """

    _name = "ir.cron"
    _inherit = ["ir.cron"]

    @api.model
    def _notifydb(self):
        """Wake the workers once a customer has the answer to their request.

        It takes a new connection to another database, for which a person need not
        wait: a quarter of the time in which a ticket is filed.
        """
        tasks = request and getattr(request, "support_after_response", None)
        if tasks is None or not request:
            return super()._notifydb()
        tasks[self.env.cr.dbname] = super()._notifydb
        return None


class IrSequence(models.Model):
    """Many numbers in one statement, for who asks for many: a method, no override.

    It may go when Odoo draws numbers in batches.
    """

    _name = "ir.sequence"
    _inherit = ["ir.sequence"]

    @api.model
    def _draw_by_code(self, code, count):
        """Draw many numbers of a sequence as ``next_by_code`` draws one.

        Sequences without gaps or with one range a year are drawn one by one: their
        numbers depend on a row, not on a sequence of PostgreSQL.

        :param str code: of the sequence; that of the current company wins
        :param int count: how many numbers
        :return: the numbers in order; empty where there is no such sequence
        :rtype: list[str]
        """
        sequence = self.search(
            [
                ("code", "=", code),
                ("company_id", "in", [self.env.company.id, False]),
            ],
            order="company_id",
            limit=1,
        )
        if not sequence:
            return []
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence._next() for _draw in range(count)]
        name = f"ir_sequence_{sequence.id:03d}"
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count)
        )
        return [sequence.get_next_char(number) for (number,) in rows]
