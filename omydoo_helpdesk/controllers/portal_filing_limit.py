# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from http import HTTPStatus

from odoo import http
from odoo.http import request

from .portal_ticket_form import SupportTicketForm


class FilingLimitReached(Exception):
    """A customer files more tickets than the company takes."""


class SupportFilingLimit(SupportTicketForm):
    """How many tickets one person may file."""

    @http.route()
    def submit_ticket(self, **kw):
        """Give the form back, with what was typed, to who has filed too many."""
        try:
            return super().submit_ticket(**kw)
        except FilingLimitReached as error:
            return self._render_ticket_form(
                self._parse_ticket_form(kw),
                {"form": str(error)},
                status=HTTPStatus.TOO_MANY_REQUESTS,
            )

    def _file_ticket(self, vals, files):
        self._ensure_may_file()
        return super()._file_ticket(vals, files)

    def _ensure_may_file(self):
        """Count the ticket about to be filed.

        :raise FilingLimitReached: if it is one too many
        """
        company = request.env.company
        hour_limit = company.support_filing_hour_limit
        day_limit = company.support_filing_day_limit
        user = request.env.user
        if user._is_internal() or not (hour_limit or day_limit):
            return
        # In sudo mode because nobody else writes counters: that of the user.
        counter_sudo = request.env["support.filing.counter"].sudo()
        hour_count, day_count = counter_sudo._count(user)
        if day_limit and day_count > day_limit:
            raise FilingLimitReached(
                self._get_limit_message(
                    request.env._(
                        "You have sent %(count)s requests within a day, which is the "
                        "most that we take: send the next one tomorrow.",
                        count=day_limit,
                    )
                )
            )
        if hour_limit and hour_count > hour_limit:
            raise FilingLimitReached(
                self._get_limit_message(
                    request.env._(
                        "You have sent %(count)s requests within an hour, which is the "
                        "most that we take: wait a little, and send this one again.",
                        count=hour_limit,
                    )
                )
            )

    def _get_limit_message(self, message):
        """Return what is told, with the telephone where the plan allows it.

        :param str message: what happened
        :rtype: str
        """
        phone = (
            self._get_running_plan_sudo().phone_allowed
            and request.env.company.support_phone
        )
        parts = [message, request.env._("Your text was kept.")]
        if phone:
            parts.append(
                request.env._("For a blocking emergency, call %(phone)s.", phone=phone)
            )
        return " ".join(parts)
