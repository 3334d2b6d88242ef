# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from .portal_ticket import SupportPortalTicket


class SupportPortalTicketTime(SupportPortalTicket):
    """The time on a ticket, told on its page."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        # In sudo mode because customers may not read timesheets: only those of the
        # ticket that they were just allowed to see, without our own words.
        values["portal_time"] = ticket.sudo()._get_portal_time()
        return values
