# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import pytz

from odoo import fields, http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

from .tools import clean_line, reads_only

MAX_SEARCH_LENGTH = 200


class SupportPortalTicket(CustomerPortalHelpdesk):
    """The customer's list of tickets, and the page of one."""

    # === LIST === #

    @http.route(readonly=reads_only)
    def portal_my_tickets(
        self,
        page=1,
        date_begin=None,
        date_end=None,
        sortby=None,
        filterby=None,
        search=None,
        search_in=None,
        groupby=None,
        **kw,
    ):
        """Show the list; what the address asks and nobody offers is left out."""
        if sortby not in self._ticket_get_searchbar_sortings():
            sortby = None
        if groupby not in self._ticket_get_searchbar_groupby():
            groupby = None
        if search_in not in self._ticket_get_searchbar_inputs():
            search_in = None
        return super().portal_my_tickets(
            page=page,
            date_begin=self._parse_list_date(date_begin),
            date_end=self._parse_list_date(date_end),
            sortby=sortby,
            filterby=filterby if isinstance(filterby, str) else None,
            search=clean_line(search)[:MAX_SEARCH_LENGTH] or None,
            search_in=search_in,
            groupby=groupby,
            **kw,
        )

    def _parse_list_date(self, value):
        """Return a date of the address if it is one.

        :param str value: as received
        :return: the date as text, or None
        """
        try:
            moment = fields.Datetime.to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            return None
        return fields.Datetime.to_string(moment) if moment else None

    # === PAGE === #

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
