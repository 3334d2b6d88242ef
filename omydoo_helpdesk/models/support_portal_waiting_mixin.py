# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain


class SupportPortalWaitingMixin(models.AbstractModel):
    """What waits for the customer, whatever it waits for."""

    _name = "support.portal.waiting.mixin"
    _description = "Support Portal: Waiting for the Customer"

    @api.model
    def _get_portal_waiting_domains(self):
        """Return what makes a ticket wait for the customer.

        Every concept that asks something of the customer adds a domain of its own.

        :return: domains of which one is enough
        :rtype: list[Domain]
        """
        return [self._get_portal_waiting_stage_domain()]

    @api.model
    def _get_portal_waiting_stage_domain(self):
        # By id, for PostgreSQL to look them up.
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()
        return Domain("stage_id", "in", stages["waiting"])
