# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.fields import Domain
from odoo.http import request

HIGH = "3"
NORMAL = "1"
OTHER = "0"


class CustomerSupport:
    """The support that the company of the signed-in user has bought from ours.

    Part of the controllers that tell it. What customers may not read is looked up in
    sudo mode, for the commercial partner of the user and the company of the request
    and no other: none of it comes from what the request says.
    """

    # === SUBSCRIPTION === #

    def _get_running_subscription_sudo(self):
        """Return the subscription that a ticket filed now would get.

        :rtype: recordset of sale.subscription, empty if none is running
        """
        company = request.env.company
        # In sudo mode because customers may not read subscriptions: see the class.
        candidates_sudo = request.env["sale.subscription"].sudo()
        candidates_sudo = candidates_sudo._find_covering_candidates(
            request.env.user.commercial_partner_id, company
        )
        day = self._get_support_day()
        return candidates_sudo.filtered(lambda sub: sub._is_covering(day))[:1]

    def _get_running_plan_sudo(self):
        """Return the plan that a ticket filed now would get.

        :rtype: recordset of support.plan, empty without a running subscription
        """
        return self._get_running_subscription_sudo().support_plan_id

    def _get_support_day(self):
        # In sudo mode because customers may not read calendars: only the day is used.
        company_sudo = request.env.company.sudo()
        return company_sudo._get_support_day(fields.Datetime.now())

    def _get_customer_domain(self, field):
        """Return what restricts records to the user's company and to ours.

        :param str field: which holds the customer
        :rtype: Domain
        """
        customer = request.env.user.commercial_partner_id
        return Domain(f"{field}.commercial_partner_id", "=", customer.id) & Domain(
            "company_id", "=", request.env.company.id
        )

    # === CUSTOM CODE === #

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

    # === PRIORITIES === #

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
        number = self._format_number(hours)
        if plan_sudo.calendar_id:
            return request.env._(
                "First response within %(hours)s h of working time", hours=number
            )
        return request.env._(
            "First response within %(hours)s h, day and night", hours=number
        )

    def _format_number(self, number):
        """Return a number as the reader writes it, with two decimals at most.

        :param float number: maybe a sum of hours
        :rtype: str
        """
        lang = request.env["res.lang"]._lang_get(request.env.lang)
        # Plus zero: what rounds to nothing has no sign.
        return lang.format("%.12g", round(number, 2) + 0.0, grouping=True)
