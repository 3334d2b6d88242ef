# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

from ..const import PORTAL_COUNT_LIMIT
from .tools import reads_only

COUNTS = {"ticket_count": "all", "ticket_waiting_count": "waiting"}


class SupportPortalHome(CustomerPortalHelpdesk):
    """The portal's home: how many tickets, and how many wait for the customer."""

    @http.route(readonly=reads_only)
    def home(self, **kw):
        return super().home(**kw)

    def _prepare_home_portal_values(self, counters):
        """Count the tickets no further than the list does."""
        ours = [name for name in counters if name in COUNTS]
        values = super()._prepare_home_portal_values(
            [name for name in counters if name not in COUNTS]
        )
        if not ours:
            return values
        model = request.env["helpdesk.ticket"]
        can_read = model.has_access("read")
        filters = model._get_portal_filters() if can_read else {}
        for name in ours:
            values[name] = (
                min(model._count_portal(filters[COUNTS[name]]), PORTAL_COUNT_LIMIT)
                if can_read
                else 0
            )
        return values
