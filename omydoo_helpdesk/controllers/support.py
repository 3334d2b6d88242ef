# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools.text import MAX_INTEGER, format_hours, parse_page

HIGH = "3"
NORMAL = "1"
OTHER = "0"
MAX_CHARGES = 100  # of a pack, told beside the plan
CHARGES_A_PAGE = 20  # on the page of a pack
STATEMENT = "omydoo_helpdesk.support_pack_statement_report"
# What is told of updates.
MAX_AGE = timedelta(days=365)
MAX_UPDATES = 52
MAX_REVIEWS = 3  # beside the plan


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
        # Running and with a plan, as they were looked for.
        return candidates_sudo.filtered(lambda sub: sub.active and sub._is_within(day))[
            :1
        ]

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
        number = format_hours(hours)
        if plan_sudo.calendar_id:
            return request.env._(
                "First response within %(hours)s of working time", hours=number
            )
        return request.env._(
            "First response within %(hours)s, day and night", hours=number
        )

    def _format_number(self, number):
        """Return a number as the reader writes it, with two decimals at most.

        :param float number: maybe a sum of hours
        :rtype: str
        """
        lang = request.env["res.lang"]._lang_get(request.env.lang)
        # Plus zero: what rounds to nothing has no sign.
        return lang.format("%.12g", round(number, 2) + 0.0, grouping=True)


class SupportPortalPlan(CustomerSupport, CustomerPortal):
    """What support the customer has: the plan, their custom code, their hours.

    Each hours pack has a page of its own: the balance, each charge, and the statement.
    """

    # === ROUTES === #

    @http.route("/my/support", type="http", auth="user", website=True, readonly=True)
    def portal_my_support(self, **kw):
        """Show to a customer the support that their company has."""
        return request.render(
            "omydoo_helpdesk.portal_my_support", self._prepare_support_page_values()
        )

    @http.route(
        ["/my/packs/<int:pack_id>", "/my/packs/<int:pack_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_pack(self, pack_id, page=1, **kw):
        """Show to a customer what was charged to a pack of their company."""
        pack_sudo = self._get_hours_pack_sudo(pack_id)
        if not pack_sudo:
            raise request.not_found()
        return request.render(
            "omydoo_helpdesk.portal_my_pack", self._prepare_pack_page(pack_sudo, page)
        )

    @http.route(
        "/my/packs/<int:pack_id>/statement",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_pack_statement(self, pack_id, download=None, **kw):
        """Give a customer the statement of a pack, as a PDF where we can make one."""
        pack_sudo = self._get_hours_pack_sudo(pack_id)
        if not pack_sudo:
            raise request.not_found()
        # In sudo mode because the state of the server is not for customers to read.
        reports_sudo = request.env["ir.actions.report"].sudo()
        can_print = reports_sudo.get_wkhtmltopdf_state() in ("ok", "upgrade")
        return self._show_report(
            model=pack_sudo,
            report_type="pdf" if can_print else "html",
            report_ref=STATEMENT,
            download=bool(download),
        )

    # === THE PAGE === #

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
            reviews=request.env["support.service.review"]._find_portal_reviews(
                limit=MAX_REVIEWS
            ),
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
                    "next_response": self._format_target(
                        target_sudo.next_response_hours
                    ),
                    "has_next_response": bool(target_sudo.next_response_hours),
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
        return format_hours(hours)

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
        lines_sudo = request.env["sale.order.line"].sudo()
        return lines_sudo.search(
            self._get_customer_domain("order_partner_id")
            & lines_sudo._get_pack_domain(),
            order="id desc",
        ).filtered(lambda line: line.product_id.service_policy == "ordered_prepaid")

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
            "bought": format_hours(pack.support_pack_hours),
            "left": format_hours(pack.remaining_hours),
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
            "hours": format_hours(charge["hours"]),
            "spent": format_hours(charge["spent"]),
        }

    # === THE PAGE OF A PACK === #

    def _get_hours_pack_sudo(self, pack_id):
        """Return a pack, if the user's own company has bought it.

        :param int pack_id: as received
        :rtype: recordset of sale.order.line, in sudo mode, maybe empty
        """
        if pack_id > MAX_INTEGER:
            return request.env["sale.order.line"]
        return self._get_hours_packs_sudo().filtered(lambda pack: pack.id == pack_id)

    def _prepare_pack_page(self, pack_sudo, page):
        """Return the values of the page of a pack.

        :param pack_sudo: the customer's, in sudo mode
        :param int page: of its charges
        :rtype: dict
        """
        url = f"/my/packs/{pack_sudo.id}"
        pager = portal_pager(
            url=url,
            total=pack_sudo._count_pack_charges(),
            page=parse_page(page),
            step=CHARGES_A_PAGE,
        )
        charges = pack_sudo._get_pack_charges(
            limit=CHARGES_A_PAGE, offset=pager["offset"]
        )
        orders = request.env["sale.order"]
        if orders.has_access("read"):
            orders = orders.search(Domain("id", "=", pack_sudo.order_id.id))
        entries = [
            self._format_charge(charge)
            for charge_list in charges.values()
            for charge in charge_list
        ]
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_pack",
            pack=self._prepare_one_pack_values(
                pack_sudo, {pack_sudo.id: entries}, orders
            ),
            used=format_hours(pack_sudo.support_pack_used_hours),
            used_percent=self._get_used_percent(pack_sudo),
            pager=pager,
            statement_url=f"{url}/statement",
        )
        return values

    def _get_used_percent(self, pack_sudo):
        sold = pack_sudo.support_pack_hours
        return round(100 * pack_sudo.support_pack_used_hours / sold) if sold else 100


class SupportPortalUpdate(CustomerPortal):
    """The weekly updates and the known bugs, as every customer reads them."""

    @http.route("/my/updates", type="http", auth="user", website=True, readonly=True)
    def portal_my_updates(self, **kw):
        """Show what the updates repair, and which bugs are known."""
        return request.render(
            "omydoo_helpdesk.portal_my_updates", self._prepare_updates_page_values()
        )

    @http.route(
        "/my/updates/follow",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_follow_updates(self, follow="", **kw):
        """Have the visitor told of updates, or not any more.

        :param str follow: "1" or "0"
        """
        # In sudo mode because customers may not write on contacts: this is their own.
        request.env.user.partner_id.sudo().support_update_follower = follow == "1"
        return request.redirect("/my/updates")

    def _prepare_updates_page_values(self):
        """Return the values of the page.

        :rtype: dict
        """
        companies = request.env.user.company_ids
        # In sudo mode because customers may not read these models: the page shows
        # only what was written for every customer of these companies.
        Update = request.env["support.update"].sudo()
        Bug = request.env["support.upstream.bug"].sudo()
        mine = Domain("company_id", "in", companies.ids)
        planned = Update.search(
            mine
            & Domain("state", "=", "planned")
            & Domain("scheduled_at", ">=", fields.Datetime.now() - timedelta(days=1)),
            order="scheduled_at",
            limit=MAX_UPDATES,
        )
        done = Update.search(
            mine
            & Domain("state", "=", "done")
            & Domain("done_at", ">=", fields.Datetime.now() - MAX_AGE),
            limit=MAX_UPDATES,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_updates",
            planned=planned,
            done=done,
            bugs=[
                bug._get_customer_notice()
                for bug in Bug.search(Bug._get_public_domain(companies))
            ],
            is_follower=request.env.user.partner_id.sudo().support_update_follower,
        )
        return values
