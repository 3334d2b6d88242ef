# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal

from ..const import PORTAL_COUNT_LIMIT
from .charter import CharterAcceptance
from .support import CustomerSupport
from .ticket_form_check import reads_only

MAX_TICKETS = 5


class SupportPortalHome(CustomerSupport, CharterAcceptance, CustomerPortal):
    """The portal's home, which begins with support for who has a plan."""

    @http.route(readonly=reads_only)
    def home(self, **kw):
        response = super().home(**kw)
        plan_sudo = self._get_running_plan_sudo()
        if plan_sudo and request.env.user.share:
            response.qcontext["support_home"] = self._prepare_support_home(plan_sudo)
        return response

    def _prepare_support_home(self, plan_sudo):
        """Return what the home tells of support.

        :param plan_sudo: the customer's plan
        :rtype: dict
        """
        tickets = request.env["helpdesk.ticket"]
        filters = tickets._get_portal_filters()
        open_count = tickets._count_portal(filters["open"])
        return {
            "plan": plan_sudo.name,
            "hours": plan_sudo.hours_label,
            "waiting": self._prepare_support_waiting(tickets, filters),
            "tickets": tickets.search(
                filters["open"], order="id desc", limit=MAX_TICKETS
            ),
            "open_count": self._format_number(min(open_count, PORTAL_COUNT_LIMIT)),
        }

    def _prepare_support_waiting(self, tickets, filters):
        """Return what waits for the visitor, each with where it is done.

        :param tickets: the model
        :param dict filters: of the list, by name
        :return: ``count``, ``label`` and ``url``; what there is none of is left out
        :rtype: list[dict]
        """
        asked = self._get_charter_request()
        # In sudo mode because customers have no right on changes: see their page, whose
        # domains these are.
        changes_sudo = request.env["support.production.change"].sudo()
        orders = request.env["sale.order"]
        found = (
            (
                tickets._count_portal(filters["waiting"]),
                request.env._("Requests that wait for your answer"),
                "/my/tickets?filterby=waiting",
            ),
            (
                changes_sudo.search_count(
                    changes_sudo._get_portal_domain(request.env.user)
                    & changes_sudo._get_unanswered_domain()
                ),
                request.env._("Changes in production to agree to"),
                "/my/changes",
            ),
            (
                int(asked["is_required"] and asked["may_accept"]),
                request.env._("Support charter to accept"),
                "/my/charter",
            ),
            (
                # Those of the page to which the line leads.
                orders.search_count(
                    self._prepare_quotations_domain(request.env.user.partner_id)
                )
                if orders.has_access("read")
                else 0,
                request.env._("Quotations to answer"),
                "/my/quotes",
            ),
        )
        return [
            {"count": self._format_number(count), "label": label, "url": url}
            for count, label, url in found
            if count
        ]
