# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ...const import LINES_PER_UNIT

# What says whether a subscription covers a request.
COVERING_COLUMNS = (
    "active",
    "company_id",
    "date",
    "date_start",
    "partner_id",
    "stage_id",
    "support_plan_id",
)


class SaleSubscription(models.Model):
    """What a customer has subscribed: a plan, and lines of code that are maintained."""

    _name = "sale.subscription"
    _inherit = ["sale.subscription"]

    # The base's defaults are the day on which the server was started: a subscription
    # made later would cover nothing, or too much.
    date_start = fields.Date(default=fields.Date.context_today)
    recurring_next_date = fields.Date(default=fields.Date.context_today)
    support_plan_id = fields.Many2one(
        comodel_name="support.plan",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The support sold with this subscription.",
    )
    custom_module_ids = fields.One2many(
        comodel_name="support.custom.module",
        inverse_name="subscription_id",
        string="Maintained Custom Modules",
        help="Custom code whose maintenance this subscription pays for.",
    )
    custom_line_count = fields.Integer(
        string="Counted Lines",
        compute="_compute_custom_lines",
        store=True,
        help="Lines of code of the maintained modules, as counted last.",
    )
    custom_line_units = fields.Integer(
        string="Proposed Quantity",
        compute="_compute_custom_lines",
        store=True,
        help="Units of 100 counted lines, rounded up: the quantity to sell.",
    )
    custom_line_sold = fields.Integer(
        string="Maintained Lines Sold",
        compute="_compute_custom_lines",
        store=True,
        help="100 lines for each unit of the products that maintain custom code.",
    )
    custom_line_missing = fields.Integer(
        string="Missing Lines",
        compute="_compute_custom_lines",
        store=True,
        help="Lines counted beyond what is sold.",
    )
    custom_code_grown = fields.Boolean(
        compute="_compute_custom_lines",
        store=True,
        help="More lines are counted than sold. A subscription that sells no line by "
        "quantity maintains its modules whatever their size.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "custom_module_ids.line_count",
        "custom_module_ids.active",
        "sale_subscription_line_ids.product_uom_qty",
        "sale_subscription_line_ids.product_id.is_custom_code_maintenance",
    )
    def _compute_custom_lines(self):
        for subscription in self:
            modules = subscription.custom_module_ids.filtered("active")
            counted = sum(modules.mapped("line_count"))
            lines = subscription._get_maintenance_lines()
            sold = round(sum(lines.mapped("product_uom_qty")) * LINES_PER_UNIT)
            subscription.custom_line_count = counted
            subscription.custom_line_units = -(-counted // LINES_PER_UNIT)
            subscription.custom_line_sold = max(sold, 0)
            subscription.custom_line_missing = max(counted - max(sold, 0), 0)
            subscription.custom_code_grown = 0 < sold < counted

    # === CONSTRAINT METHODS === #

    @api.constrains("support_plan_id", "company_id")
    def _check_support_plan_company(self):
        # The base does not check companies on this model.
        for subscription in self:
            company = subscription.support_plan_id.company_id
            if company and company != subscription.company_id:
                raise ValidationError(
                    self.env._(
                        "The support plan “%(plan)s” is sold by %(company)s only.",
                        plan=subscription.support_plan_id.name,
                        company=company.name,
                    )
                )

    # === ACTION METHODS === #

    def action_sell_custom_lines(self):
        """Sell the maintenance of the lines counted: the proposed quantity.

        :raise AccessError: if the user may not change the subscription
        :raise UserError: if no product maintains custom code
        """
        self.ensure_one()
        self.check_access("write")
        lines = self._get_maintenance_lines()
        before = sum(lines.mapped("product_uom_qty"))
        others = sum(lines[1:].mapped("product_uom_qty"))
        quantity = max(self.custom_line_units - others, 0)
        # Through the subscription, whose totals the base computes from its lines only
        # when they are written from there.
        if lines:
            command = Command.update(lines[0].id, {"product_uom_qty": quantity})
        else:
            command = Command.create(
                {
                    "product_id": self._get_maintenance_product().id,
                    "product_uom_qty": quantity,
                }
            )
        self.write({"sale_subscription_line_ids": [command]})
        self.message_post(
            body=self.env._(
                "Maintenance of custom code: %(before)g units of 100 lines become "
                "%(after)g.",
                before=before,
                after=quantity + others,
            )
        )

    # === BUSINESS METHODS - CUSTOM CODE === #

    def _get_maintenance_lines(self):
        """Return the lines that sell the maintenance of custom code.

        :rtype: recordset of sale.subscription.line
        """
        return self.sale_subscription_line_ids.filtered(
            "product_id.is_custom_code_maintenance"
        )

    def _get_maintenance_product(self):
        """Return the product that sells the maintenance of 100 lines.

        :rtype: recordset of product.product
        :raise UserError: if there is none
        """
        self.ensure_one()
        product = self.env["product.product"].search(
            Domain("is_custom_code_maintenance", "=", True)
            & Domain("sale_ok", "=", True)
            & Domain("company_id", "in", [self.company_id.id, False]),
            order="company_id, sequence, id",
            limit=1,
        )
        if not product:
            raise UserError(
                self.env._(
                    "No product sells the maintenance of custom code: mark one as "
                    "such on its form."
                )
            )
        return product

    # === BUSINESS METHODS - RUNNING === #

    @api.model
    def _get_covering_domain(self):
        """Return the part of *running* that does not depend on the day.

        A subscription may be past its end and still be in progress until the
        nightly job closes it, or paused and still be in progress: stage, pause
        and dates are all looked at.

        :rtype: Domain
        """
        return (
            Domain("support_plan_id", "!=", False)
            & Domain("stage_id.type", "=", "in_progress")
            & Domain("is_paused", "=", False)
        )

    @api.model
    def _get_running_domain(self, day):
        """Return the subscriptions that run on a day, as ``_is_covering`` says it.

        :param date day: of the company concerned
        :rtype: Domain
        """
        return (
            self._get_covering_domain()
            & Domain("active", "=", True)
            & (Domain("date_start", "=", False) | Domain("date_start", "<=", day))
            & (Domain("date", "=", False) | Domain("date", ">=", day))
        )

    def _get_not_covering_reason(self, day):
        """Return why this subscription does not cover a request filed on a day.

        :param date day: the day of filing
        :return: a sentence, or False if it does cover it
        """
        self.ensure_one()
        if self._is_covering(day):
            return False
        if not self.support_plan_id:
            return self.env._("It has no support plan.")
        if not self.active:
            return self.env._("It is archived.")
        if self.stage_id.type == "post":
            return self.env._("It is closed.")
        if self.stage_id.type != "in_progress":
            return self.env._("It has not been started.")
        if self.is_paused:
            return self.env._("It is paused.")
        if self.date_start and self.date_start > day:
            start = format_date(self.env, self.date_start)
            return self.env._("It starts on %(day)s.", day=start)
        return self.env._("It ended on %(day)s.", day=format_date(self.env, self.date))

    def _is_covering(self, day):
        """Say whether this subscription covers a request filed on a day.

        :param date day: the day of filing
        :rtype: bool
        """
        self.ensure_one()
        return (
            bool(self.support_plan_id)
            and self.active
            and self.stage_id.type == "in_progress"
            and not self.is_paused
            and self._is_within(day)
        )

    def _is_within(self, day):
        """Say whether a day is within the dates of this subscription.

        :param date day: the day of filing
        :rtype: bool
        """
        self.ensure_one()
        return (not self.date_start or self.date_start <= day) and (
            not self.date or self.date >= day
        )

    def _belongs_to(self, customer):
        """Say whether this is the subscription of a customer.

        :param customer: a commercial partner, which is its own: most subscriptions are
            theirs, and nobody else has to be read to know
        :rtype: bool
        """
        self.ensure_one()
        return (
            self.partner_id == customer
            or self.partner_id.commercial_partner_id == customer
        )

    @api.model
    def _find_covering_candidates(self, partners, companies):
        """Return the subscriptions that cover requests within their dates, best first.

        The first of several wins: the plan's sequence, then the latest start,
        then the last made.

        :param partners: commercial partners of the customers
        :param companies: our companies
        :rtype: recordset of sale.subscription
        """
        candidates = self.search_fetch(
            self._get_covering_domain()
            & Domain("partner_id.commercial_partner_id", "in", partners.ids)
            & Domain("company_id", "in", companies.ids),
            # Of fifty columns: a ticket is created with what they say.
            COVERING_COLUMNS,
        )
        return candidates.sorted(
            key=lambda sub: (
                sub.support_plan_id.sequence,
                -(sub.date_start.toordinal() if sub.date_start else 0),
                -sub.id,
            )
        )

    def _refresh_custom_code_tickets(self, modules=None):
        """Hook: have the open tickets about custom code follow these subscriptions.

        :param modules: custom modules whose tickets are concerned as well
        """


class SaleSubscriptionLine(models.Model):
    """A line sold: whoever edits it changes how many lines of code are maintained."""

    _name = "sale.subscription.line"
    _inherit = "sale.subscription.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._refresh_custom_code_tickets()
        return lines

    def write(self, vals):
        watched = bool(
            {"product_id", "product_uom_qty", "sale_subscription_id"} & set(vals)
        )
        before = self.sale_subscription_id if watched else None
        res = super().write(vals)
        if watched:
            self._refresh_custom_code_tickets(before)
        return res

    def unlink(self):
        before = self.sale_subscription_id
        res = super().unlink()
        before._refresh_custom_code_tickets()
        return res

    def _refresh_custom_code_tickets(self, before=None):
        """Have the open tickets about custom code follow the lines sold.

        :param before: the subscriptions these lines belonged to
        """
        subscriptions = self.sale_subscription_id
        if before:
            subscriptions |= before
        subscriptions._refresh_custom_code_tickets()


class SaleOrder(models.Model):
    """An order of a subscription that there is: its renewal, or its invoice."""

    _name = "sale.order"
    _inherit = ["sale.order"]

    def group_subscription_lines(self):
        """Make no second subscription of the order that an existing one made.

        :return: the lines by template of subscription
        :rtype: dict
        """
        if self.order_subscription_id:
            return {}
        return super().group_subscription_lines()


class ProductTemplate(models.Model):
    """A product that sells the maintenance of custom code."""

    _name = "product.template"
    _inherit = ["product.template"]

    is_custom_code_maintenance = fields.Boolean(
        string="Maintains Custom Code",
        help="Each unit of this product on a subscription maintains 100 lines of the "
        "customer's custom code.",
    )
    support_pack_months = fields.Integer(
        string="Validity of the Hours",
        help="Months after the order during which prepaid hours can be used. Zero "
        "means without end.",
    )

    _support_pack_months_positive = models.Constraint(
        "CHECK (support_pack_months >= 0)",
        "The validity of prepaid hours cannot be negative.",
    )

    def write(self, vals):
        res = super().write(vals)
        if "is_custom_code_maintenance" in vals:
            # In sudo mode because whoever keeps the products need not sell
            # subscriptions: only verdicts are computed again.
            lines_sudo = (
                self.env["sale.subscription.line"]
                .sudo()
                .search([("product_id.product_tmpl_id", "in", self.ids)])
            )
            lines_sudo._refresh_custom_code_tickets()
        return res
