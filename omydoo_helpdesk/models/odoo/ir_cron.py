# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.http import request


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
