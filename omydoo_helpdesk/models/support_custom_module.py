# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportCustomModule(models.Model):
    _name = "support.custom.module"
    _description = "Custom Module"
    _inherit = ["mail.thread"]
    _order = "partner_id, name"
    _check_company_auto = True

    name = fields.Char(
        string="Technical Name",
        required=True,
        tracking=True,
        help="Name of the module's folder, or of the set of customisations made in "
        "the database.",
    )
    label = fields.Char(
        string="Name for the Customer",
        help="How the customer calls it; shown in the portal's form.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        domain="[('parent_id', '=', False)]",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    subscription_id = fields.Many2one(
        comodel_name="sale.subscription",
        string="Maintained By",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        help="The subscription that pays for the maintenance of this module. "
        "Empty: support does not help with it.",
    )
    maintained = fields.Boolean(compute="_compute_maintained", store=True)
    version = fields.Char()
    repository = fields.Char(help="Address of the source code.")
    line_count = fields.Integer(
        string="Lines of Code",
        tracking=True,
        help="Lines counted as Odoo counts them (odoo-bin cloc).",
    )
    counted_on = fields.Date(string="Counted On", tracking=True)
    ticket_count = fields.Integer(compute="_compute_ticket_count")

    _name_customer_uniq = models.Constraint(
        "UNIQUE (company_id, partner_id, name)",
        "This module is already declared for this customer.",
    )
    _line_count_positive = models.Constraint(
        "CHECK (line_count >= 0)", "A number of lines cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "label")
    def _compute_display_name(self):
        for module in self:
            module.display_name = module.label or module.name

    @api.depends("subscription_id")
    def _compute_maintained(self):
        for module in self:
            module.maintained = bool(module.subscription_id)

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("custom_module_id", "in", self.ids)],
                ["custom_module_id"],
                ["__count"],
            )
        )
        for module in self:
            module.ticket_count = counts.get(module._origin, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("subscription_id", "partner_id")
    def _check_subscription_customer(self):
        for module in self:
            # In sudo mode because an agent may keep the register without sales
            # rights; only the two customers are compared.
            owner = module.sudo().subscription_id.partner_id.commercial_partner_id
            if owner and owner != module.sudo().partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "“%(module)s” cannot be maintained by the subscription of "
                        "another customer.",
                        module=module.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("partner_id"):
                partner = self.env["res.partner"].browse(vals["partner_id"])
                vals["partner_id"] = partner.commercial_partner_id.id
        return super().create(vals_list)

    def write(self, vals):
        res = super().write(vals)
        if {"subscription_id", "line_count", "active"} & set(vals):
            self.env["helpdesk.ticket"]._scope_refresh_open(
                [("custom_module_id", "in", self.ids)]
            )
        return res
