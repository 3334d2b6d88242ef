# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController

HIGH = "3"
NORMAL = "1"
OTHER = "0"


class TicketFormChoices(HelpdeskTicketController):
    """What a customer may choose from in the form, and what is promised to them."""

    def _get_categories(self, **kw):
        """Return the categories to choose from, whatever the company's settings:
        the scope depends on the category.
        """
        return request.env["helpdesk.ticket.category"].search(
            Domain("show_in_portal", "=", True) & self._get_our_company_domain()
        )

    def _get_teams(self):
        teams = super()._get_teams()
        return teams and teams.filtered_domain(self._get_our_company_domain())

    def _get_our_company_domain(self):
        return Domain("company_id", "in", [False, request.env.company.id])

    def _get_custom_modules(self):
        """Return the custom modules of the user's own company.

        :rtype: recordset of support.custom.module
        """
        modules = request.env["support.custom.module"]
        if not modules.has_access("read"):
            return modules
        return modules.search(
            Domain("partner_id", "=", request.env.user.commercial_partner_id.id)
            & Domain("company_id", "=", request.env.company.id)
        )

    def _get_applications(self):
        return request.env["support.application"].search(Domain.TRUE)

    def _get_environments(self):
        """Return the databases in which something may happen.

        :return: values and labels
        :rtype: list[tuple[str, str]]
        """
        field = request.env["helpdesk.ticket"]._fields["environment"]
        return field._description_selection(request.env)

    def _get_running_plan_sudo(self):
        """Return the plan that a ticket filed now would get.

        :rtype: recordset of support.plan, empty without a running subscription
        """
        company = request.env.company
        # In sudo mode because customers may not read subscriptions and plans: only
        # those of the company of the signed-in user are looked for, and only what
        # the plan promises is shown.
        candidates_sudo = request.env["sale.subscription"].sudo()
        candidates_sudo = candidates_sudo._find_covering_candidates(
            request.env.user.commercial_partner_id, company
        )
        # In sudo mode because customers may not read calendars: only the day is used.
        day = company.sudo()._get_support_day(fields.Datetime.now())
        return candidates_sudo.filtered(lambda sub: sub._is_covering(day))[
            :1
        ].support_plan_id

    def _get_priorities(self, plan_sudo):
        """Return the priorities to claim, each with its meaning and its promise.

        :param plan_sudo: the customer's plan
        :rtype: list[dict]
        """
        return [
            {
                "value": value,
                "label": label,
                "meaning": meaning,
                "promise": self._get_promise(plan_sudo, value),
            }
            for value, label, meaning in (
                (
                    HIGH,
                    request.env._("High"),
                    request.env._(
                        "Blocking: the activity cannot go on, or a critical incident."
                    ),
                ),
                (
                    NORMAL,
                    request.env._("Normal"),
                    request.env._("Important, without blocking the work."),
                ),
                (
                    OTHER,
                    request.env._("Other"),
                    request.env._("A question, or something that would be nicer."),
                ),
            )
        ]

    def _get_promise(self, plan_sudo, priority):
        """Return what a plan promises for a priority.

        :param plan_sudo: the customer's plan, maybe empty
        :param str priority: a value of the ticket's field
        :rtype: str
        """
        hours = plan_sudo and plan_sudo._get_target(priority).response_hours
        if not hours:
            return ""
        lang = request.env["res.lang"]._lang_get(request.env.lang)
        number = lang.format("%g", hours)
        if plan_sudo.calendar_id:
            return request.env._(
                "First response within %(hours)s working hours", hours=number
            )
        return request.env._(
            "First response within %(hours)s hours, day and night", hours=number
        )
