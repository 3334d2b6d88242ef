# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from .customer_support import CustomerSupport

MAX_CHARGES = 100


class SupportPortalPlan(CustomerSupport, CustomerPortal):
    """What support the customer has: the plan, their custom code, their hours."""

    @http.route("/my/support", type="http", auth="user", website=True, readonly=True)
    def portal_my_support(self, **kw):
        """Show to a customer the support that their company has."""
        return request.render(
            "omydoo_helpdesk.portal_my_support", self._prepare_support_page_values()
        )

    def _prepare_support_page_values(self):
        """Return the values of the page: of what is not theirs to read, texts only.

        :rtype: dict
        """
        values = self._prepare_portal_layout_values()
        subscription_sudo = self._get_running_subscription_sudo()
        plan_sudo = subscription_sudo.support_plan_id
        company = request.env.company
        values.update(
            page_name="support_plan",
            plan=self._prepare_plan_values(subscription_sudo),
            last_plan=not plan_sudo and self._prepare_last_plan_values(),
            targets=plan_sudo and self._prepare_target_values(plan_sudo),
            support_phone=plan_sudo.phone_allowed and company.support_phone,
            custom_modules=self._get_custom_modules(),
            custom_lines=self._prepare_custom_line_values(subscription_sudo),
            packs=self._prepare_pack_values(),
            max_charges=MAX_CHARGES,
        )
        return values

    # === PLAN === #

    def _prepare_plan_values(self, subscription_sudo):
        """Return what is told of the subscription that runs.

        :param subscription_sudo: maybe empty
        :return: False without one
        """
        plan_sudo = subscription_sudo.support_plan_id
        return bool(plan_sudo) and {
            "name": plan_sudo.name,
            "promise": plan_sudo.promise,
            "hours": plan_sudo.hours_label,
            "has_calendar": bool(plan_sudo.calendar_id),
            "full_support": plan_sudo.full_support,
            "date_start": subscription_sudo.date_start,
            "date_end": subscription_sudo.date,
        }

    def _prepare_last_plan_values(self):
        """Return what is told where no subscription runs: the last one, and why.

        :return: False for a customer who never had one
        """
        # In sudo mode because customers may not read subscriptions: those of the
        # user's own company that were started.
        subscription_sudo = (
            request.env["sale.subscription"]
            .sudo()
            .search(
                self._get_customer_domain("partner_id")
                & Domain("support_plan_id", "!=", False)
                & Domain("stage_id.type", "in", ["in_progress", "post"]),
                order="date_start desc, id desc",
                limit=1,
            )
        )
        return bool(subscription_sudo) and {
            "name": subscription_sudo.support_plan_id.name,
            "date_start": subscription_sudo.date_start,
            "date_end": subscription_sudo.date,
            "reason": subscription_sudo._get_not_covering_reason(
                self._get_support_day()
            ),
        }

    def _prepare_target_values(self, plan_sudo):
        """Return what the plan promises for each priority.

        :param plan_sudo: the customer's plan
        :rtype: list[dict]
        """
        targets = []
        for priority in self._get_priorities(plan_sudo):
            target_sudo = plan_sudo._get_target(priority["value"])
            targets.append(
                {
                    **priority,
                    "response": self._format_target(target_sudo.response_hours),
                    "resolution": self._format_target(target_sudo.resolution_hours),
                }
            )
        return targets

    def _format_target(self, hours):
        """Return a target in words.

        :param float hours: zero is no promise
        :rtype: str
        """
        if not hours:
            return request.env._("No promise")
        return request.env._("%(hours)s h", hours=self._format_number(hours))

    # === CUSTOM CODE === #

    def _prepare_custom_line_values(self, subscription_sudo):
        """Return how many lines of custom code are maintained, and how many are sold.

        :param subscription_sudo: the one that runs, maybe empty
        :return: False where no line is sold by quantity
        """
        return subscription_sudo.custom_line_sold > 0 and {
            "sold": self._format_number(subscription_sudo.custom_line_sold),
            "counted": self._format_number(subscription_sudo.custom_line_count),
            "missing": self._format_number(subscription_sudo.custom_line_missing),
            "is_grown": subscription_sudo.custom_code_grown,
        }

    # === HOURS PACKS === #

    def _get_hours_packs_sudo(self):
        """Return the hours that the user's company has bought, spent ones too.

        :return: latest first
        :rtype: recordset of sale.order.line
        """
        # In sudo mode because an order may be hidden from the user, whose company has
        # bought it.
        lines_sudo = (
            request.env["sale.order.line"]
            .sudo()
            .search(
                self._get_customer_domain("order_partner_id")
                & request.env["sale.order.line"]._get_pack_domain(),
                order="id desc",
            )
        )
        hour = self._get_hour()
        # The rule of sale_timesheet, whose field looks up the hour for each line.
        return lines_sudo.filtered(
            lambda line: line.product_id.service_policy == "ordered_prepaid"
            and line.product_uom_id._has_common_reference(hour)
        )

    def _get_hour(self):
        return request.env["sale.order.line"]._get_hour_unit()

    def _prepare_pack_values(self):
        """Return the hours packs with what was charged to them.

        :rtype: list[dict]
        """
        packs_sudo = self._get_hours_packs_sudo()
        charges = self._prepare_charge_values(packs_sudo)
        orders = request.env["sale.order"]
        if packs_sudo and orders.has_access("read"):
            orders = orders.search(Domain("id", "in", packs_sudo.order_id.ids))
        return [
            self._prepare_one_pack_values(pack, charges, orders) for pack in packs_sudo
        ]

    def _prepare_one_pack_values(self, pack, charges, orders):
        """Return a pack as it is told to its customer.

        :param pack: in sudo mode
        :param dict charges: by id of the pack
        :param orders: those that the user may read
        :rtype: dict
        """
        return {
            "id": pack.id,
            "name": pack.name,
            "order": pack.order_id.name,
            "order_url": pack.order_id.id in orders.ids
            and f"/my/orders/{pack.order_id.id}",
            "date": fields.Datetime.context_timestamp(
                pack, pack.order_id.date_order
            ).date(),
            "bought": self._format_number(pack.support_pack_hours),
            "left": self._format_number(pack.remaining_hours),
            "is_spent": pack.remaining_hours <= 0,
            "end_date": pack.support_pack_end_date,
            "is_ended": not pack._is_running(),
            "charges": charges.get(pack.id, []),
        }

    def _prepare_charge_values(self, packs_sudo):
        """Return the work charged to hours packs, latest first.

        What an employee writes in a timesheet is for us: the customer reads when, how
        long, and the name of the ticket or task if they may see it.

        :param packs_sudo: the customer's packs
        :return: the charges of each pack, by its id
        :rtype: dict[int, list[dict]]
        """
        if not packs_sudo:
            return {}
        charges = packs_sudo._get_pack_charges(limit=MAX_CHARGES)
        return {
            pack.id: [self._format_charge(charge) for charge in entries]
            for pack, entries in charges.items()
        }

    def _format_charge(self, charge):
        """Return a charge with its hours as the reader writes them.

        :param dict charge: as the pack tells it
        :rtype: dict
        """
        return {
            **charge,
            "hours": self._format_number(charge["hours"]),
            "spent": self._format_number(charge["spent"]),
        }
