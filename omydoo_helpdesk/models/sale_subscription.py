# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

LINES_PER_UNIT = 100  # Odoo SA sells maintenance per 100 lines, rounded up


class SaleSubscription(models.Model):
    _name = "sale.subscription"
    _inherit = "sale.subscription"

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
        string="Maintained Lines",
        compute="_compute_custom_lines",
        help="Lines of code of the maintained modules, as counted last.",
    )
    custom_line_units = fields.Integer(
        string="Maintenance Units",
        compute="_compute_custom_lines",
        help="Units of 100 lines, rounded up: the quantity to sell.",
    )

    # === COMPUTE METHODS === #

    @api.depends("custom_module_ids.line_count")
    def _compute_custom_lines(self):
        for subscription in self:
            lines = sum(subscription.custom_module_ids.mapped("line_count"))
            subscription.custom_line_count = lines
            subscription.custom_line_units = -(-lines // LINES_PER_UNIT)

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

    # === BUSINESS METHODS === #

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
            and (not self.date_start or self.date_start <= day)
            and (not self.date or self.date >= day)
        )

    @api.model
    def _find_covering_candidates(self, partners, companies):
        """Return the subscriptions that may cover requests, best first.

        The first of several wins: the plan's sequence, then the latest start,
        then the last made.

        :param partners: commercial partners of the customers
        :param companies: our companies
        :rtype: recordset of sale.subscription
        """
        candidates = self.search(
            self._get_covering_domain()
            & Domain("partner_id.commercial_partner_id", "in", partners.ids)
            & Domain("company_id", "in", companies.ids)
        )
        return candidates.sorted(
            key=lambda sub: (
                sub.support_plan_id.sequence,
                -(sub.date_start.toordinal() if sub.date_start else 0),
                -sub.id,
            )
        )
