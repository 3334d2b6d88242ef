# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from .portal_ticket import SupportPortalTicket


class SupportPortalTicketBug(SupportPortalTicket):
    """The page of a ticket: the known bug it waits for."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        values["portal_bug"] = ticket._get_portal_bug()
        return values
