# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import request

from .portal_ticket import SupportPortalTicket


class SupportPortalTicketOutcome(SupportPortalTicket):
    """On the page of a ticket, what became of the request."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        values["portal_outcomes"] = ticket._get_portal_outcomes(request.env.user)
        return values
