# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.fields import Domain

from .portal_change import SupportPortalChange
from .portal_ticket import SupportPortalTicket


class SupportPortalTicketChange(SupportPortalTicket):
    """The page of a ticket: the changes that the visitor is asked about."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        portal = SupportPortalChange()
        values["portal_changes"] = portal._get_changes(
            Domain("ticket_id", "=", ticket.id) & portal._get_waiting_domain()
        )
        return values
