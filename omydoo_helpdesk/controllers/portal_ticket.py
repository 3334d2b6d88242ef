# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import pytz

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

from .utils import reads_only

HISTORY = "my_tickets_history"  # the tickets of the list opened last, in the session


class SupportPortalTicket(CustomerPortalHelpdesk):
    """The page of a ticket."""

    @http.route(readonly=reads_only)
    def portal_my_ticket(self, ticket_id, access_token=None, **kw):
        """Show a ticket; the page makes no token, so that there is nothing to write."""
        return super().portal_my_ticket(ticket_id, access_token=access_token, **kw)

    def _document_check_access(self, model_name, document_id, access_token=None):
        document_sudo = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        if model_name == "helpdesk.ticket":
            document_sudo = document_sudo.with_context(
                support_portal_page=True, tz=self._get_visitor_tz(document_sudo)
            )
        return document_sudo

    def _get_visitor_tz(self, ticket_sudo):
        """Return the time zone in which a visitor reads dates.

        :param ticket_sudo: the ticket they may read
        :rtype: str
        """
        candidates = (
            request.env.user.tz if not request.env.user._is_public() else None,
            request.cookies.get("tz"),
            ticket_sudo.company_id.resource_calendar_id.tz,
        )
        return next((tz for tz in candidates if tz in pytz.all_timezones_set), "UTC")

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        values.update(
            portal_attachments=ticket._get_portal_attachments(),
            portal_promises=ticket._get_portal_promises(),
        )
        return values

    def _get_page_view_values(
        self, document, access_token, values, session_history, *args, **kwargs
    ):
        if session_history != HISTORY:
            return super()._get_page_view_values(
                document, access_token, values, session_history, *args, **kwargs
            )
        # Without the list: Odoo would make a token for the tickets beside this one,
        # which opens them for good to whoever is handed the address.
        values = super()._get_page_view_values(
            document, access_token, values, None, *args, **kwargs
        )
        values.update(self._get_neighbour_urls(document))
        return values

    def _get_neighbour_urls(self, ticket):
        """Return where the ticket before and the one after it in the list are.

        Without any token: these pages ask again who looks.

        :param ticket: the ticket of the page
        :rtype: dict
        """
        ids = request.session.get(HISTORY) or []
        if ticket.id not in ids:
            return {}
        place = ids.index(ticket.id)
        before, after = ids[:place][-1:], ids[place + 1 :][:1]
        return {
            "prev_record": ticket.browse(before).access_url,
            "next_record": ticket.browse(after).access_url,
        }
