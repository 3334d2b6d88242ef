# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from .portal_ticket_page import SupportPortalTicketPage
from .ticket_form_check import MAX_ANSWER_LENGTH, MAX_SUBJECT_LENGTH


class SupportPortalTicketState(SupportPortalTicketPage):
    """The customer says how it goes: blocked, or done and well or badly so."""

    # === ROUTES === #

    @http.route(
        "/my/ticket/<int:ticket_id>/urgent",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        handle_form_error=lambda self, error: self._handle_page_error(error),
    )
    def support_ticket_urgent(self, ticket_id, **kw):
        """Mark an open ticket as urgent, once, with the two answers that asks for."""
        ticket = self._get_own_ticket(ticket_id)
        if not ticket._may_claim_urgent():
            return self._redirect_to_ticket(ticket)
        typed = self._parse_page_form(kw)
        errors = {}
        check = self._get_form_check()
        check._validate_text(
            typed,
            "blocking_what",
            errors,
            MAX_ANSWER_LENGTH,
            request.env._("For a high priority, tell us what is blocked."),
        )
        check._validate_text(
            typed,
            "blocking_who",
            errors,
            MAX_SUBJECT_LENGTH,
            request.env._("For a high priority, tell us who cannot work."),
        )
        if errors:
            return self._render_ticket_page(ticket, typed, errors)
        ticket._claim_urgent(typed["blocking_what"], typed["blocking_who"])
        return self._redirect_to_ticket(ticket)

    @http.route(
        "/my/ticket/<int:ticket_id>/rate",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        handle_form_error=lambda self, error: self._handle_page_error(error),
    )
    def support_ticket_rate(self, ticket_id, **kw):
        """Rate a closed ticket, or change what was said of it."""
        ticket = self._get_own_ticket(ticket_id)
        partner = request.env.user.partner_id
        if not ticket._may_rate(partner):
            return self._redirect_to_ticket(ticket)
        typed = self._parse_page_form(kw)
        errors = {}
        if typed["satisfaction"] not in self._get_satisfactions():
            errors["satisfaction"] = request.env._("Choose one of the three answers.")
        if typed["feedback"]:
            self._get_form_check()._validate_text(
                typed, "feedback", errors, MAX_ANSWER_LENGTH, ""
            )
        if errors:
            return self._render_ticket_page(ticket, typed, errors)
        ticket._rate_as(partner, typed["satisfaction"], typed["feedback"])
        return self._redirect_to_ticket(ticket, "#support_rating")
