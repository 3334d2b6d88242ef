# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportPlan(models.Model):
    _name = "support.plan"
    _description = "Support Plan"
    _inherit = ["mail.thread", "support.promise.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(
        default=10,
        help="The first plan wins when a customer runs several subscriptions.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Leave empty to sell this plan in every company.",
    )
    promise = fields.Text(
        translate=True,
        help="What the plan promises, in the words the customer reads.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Hours",
        check_company=True,
        tracking=True,
        ondelete="restrict",
        help="Hours in which the targets run. Empty means around the clock.",
    )
    hours_label = fields.Char(compute="_compute_hours_label", string="Service Hours")
    sla_ids = fields.One2many(
        comodel_name="support.plan.sla",
        inverse_name="plan_id",
        string="Targets",
        copy=True,
    )
    phone_allowed = fields.Boolean(
        string="Phone for Emergencies",
        tracking=True,
        help="Customers of this plan may call for a blocking incident.",
    )
    full_support = fields.Boolean(
        tracking=True,
        help="What is out of scope is covered too: a project manager takes it over "
        "without a quotation.",
    )
    quick_help_minutes = fields.Integer(
        string="Quick Help Budget",
        default=30,
        help="Minutes spent on one quick help request before a conversion is "
        "proposed (charter: 15 to 30 minutes).",
    )
    subscription_ids = fields.One2many(
        comodel_name="sale.subscription",
        inverse_name="support_plan_id",
        string="Subscriptions",
    )
    subscription_count = fields.Integer(compute="_compute_subscription_count")

    _quick_help_minutes_positive = models.Constraint(
        "CHECK (quick_help_minutes >= 0)",
        "The quick help budget cannot be negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("calendar_id.name", "calendar_id.tz")
    @api.depends_context("lang")
    def _compute_hours_label(self):
        for plan in self:
            if plan.calendar_id:
                plan.hours_label = self.env._(
                    "%(calendar)s (%(tz)s)",
                    calendar=plan.calendar_id.name,
                    tz=plan.calendar_id.tz,
                )
            else:
                plan.hours_label = self.env._("Around the clock, 7 days a week")

    @api.depends("subscription_ids")
    def _compute_subscription_count(self):
        # In sudo mode because a support manager need not be a salesperson: only
        # the number is shown, and the button is hidden without sales rights.
        counts = dict(
            self.env["sale.subscription"]
            .sudo()
            ._read_group(
                [("support_plan_id", "in", self.ids)],
                ["support_plan_id"],
                ["__count"],
            )
        )
        for plan in self:
            plan.subscription_count = counts.get(plan._origin, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("calendar_id")
    def _check_calendar_has_hours(self):
        self.calendar_id._check_support_hours()

    @api.constrains("sla_ids", "calendar_id")
    def _check_targets_reachable(self):
        self.sla_ids._check_targets_reachable()

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if "calendar_id" in vals:
            self._refresh_open_clocks()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = (
            self.env["helpdesk.ticket"]
            .sudo()  # tickets of other teams count too; only the number is told
            .with_context(active_test=False)
            ._read_group(
                [("support_plan_id", "in", self.ids)], ["support_plan_id"], ["__count"]
            )
        )
        for plan, count in used:
            raise UserError(
                self.env._(
                    "“%(plan)s” is promised to %(count)s tickets: archive the plan "
                    "instead of deleting it.",
                    plan=plan.name,
                    count=count,
                )
            )

    # === ACTION METHODS === #

    def action_view_subscriptions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Subscriptions"),
            "res_model": "sale.subscription",
            "view_mode": "list,form",
            "domain": [("support_plan_id", "=", self.id)],
            "context": {"default_support_plan_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _get_target(self, priority):
        """Return the line of targets for a priority.

        :param str priority: a value of ``helpdesk.ticket.priority``
        :return: the line, empty where the plan promises nothing
        :rtype: recordset of support.plan.sla
        """
        self.ensure_one()
        return self.sla_ids.filtered(lambda line: line.priority == priority)[:1]

    def _refresh_open_clocks(self):
        """Compute again the clocks still open of the tickets under these plans.

        Ended clocks are frozen: what was promised and kept does not change.
        """
        self.env["helpdesk.ticket"]._sla_refresh_open(
            [("support_plan_id", "in", self.ids)]
        )
