# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import math

from odoo import api, fields, models
from odoo.tools import float_compare, float_round

from .quotation import EDITABLE


class HelpdeskTicketConvertPack(models.AbstractModel):
    """A task that is paid for already: by an hours pack or by full support.

    Used by ``helpdesk.ticket.convert``.
    """

    _name = "helpdesk.ticket.convert.pack"
    _description = "Ticket Conversion: Hours Pack and Full Support"

    project_id = fields.Many2one(
        comodel_name="project.project",
        string="Support Project",
        compute="_compute_project_id",
        **EDITABLE,
        check_company=True,
        domain="[('partner_id', 'child_of', commercial_partner_id), "
        "('is_template', '=', False), ('allow_billable', '=', True), "
        "('allow_timesheets', '=', True)]",
        help="Empty: a support project is made for the customer.",
    )
    available_pack_ids = fields.Many2many(
        comodel_name="sale.order.line",
        compute="_compute_available_pack_ids",
        compute_sudo=False,
    )
    pack_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Hours Pack",
        compute="_compute_pack_line_id",
        **EDITABLE,
        domain="[('id', 'in', available_pack_ids)]",
        help="The order item to which the time spent on the task is charged. The one "
        "to use first is proposed.",
    )
    pack_hours_left = fields.Float(
        string="Hours Left",
        compute="_compute_pack_balance",
        compute_sudo=False,
    )
    pack_hours_missing = fields.Float(
        string="Hours Missing",
        compute="_compute_pack_balance",
        compute_sudo=False,
    )
    top_up = fields.Boolean(
        string="Top-Up Quotation",
        help="Quote the missing hours, rounded up to whole units of the pack's "
        "product.",
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_ids")
    def _compute_project_id(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.project_id = (
                ticket._find_support_project() if ticket.partner_id else False
            )

    @api.depends("ticket_ids")
    def _compute_available_pack_ids(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.available_pack_ids = (
                ticket._find_hours_packs() if ticket.partner_id else False
            )

    @api.depends("available_pack_ids")
    def _compute_pack_line_id(self):
        for wizard in self:
            if wizard.pack_line_id not in wizard.available_pack_ids._origin:
                wizard.pack_line_id = wizard.available_pack_ids._origin[:1]

    @api.depends("pack_line_id", "total_hours")
    def _compute_pack_balance(self):
        for wizard in self:
            pack = wizard.pack_line_id
            left = pack.remaining_hours
            missing = wizard.total_hours - left
            enough = float_compare(missing, 0, precision_digits=2) <= 0
            wizard.pack_hours_left = left
            wizard.pack_hours_missing = 0 if enough or not pack else missing

    # === BUSINESS METHODS === #

    def _convert_to_task(self):
        project = self.project_id
        if not project:
            project = self.ticket_id._get_or_make_support_project(self.user_id)
        line = self.pack_line_id if self.action == "hours_pack" else None
        tasks = {
            ticket: self._create_task(ticket, project, line)
            for ticket in self._get_tickets()
        }
        if self._has_top_up():
            self._create_order(self._prepare_top_up_vals())
        return None, tasks

    def _has_top_up(self):
        return self.action == "hours_pack" and self.top_up and self.pack_hours_missing

    def _prepare_top_up_vals(self):
        """Return the values of the quotation for the hours that the pack misses.

        :rtype: dict
        """
        self.ensure_one()
        tickets = self._get_tickets()
        pack = self.pack_line_id
        partner = pack.order_partner_id
        lines = []
        for ticket in tickets:
            lines += ticket._prepare_order_introduction_vals(
                partner, self._get_part(ticket).introduction
            )
        lines.append(
            {
                "product_id": pack.product_id.id,
                "product_uom_id": pack.product_uom_id.id,
                "product_uom_qty": self._get_top_up_quantity(),
            }
        )
        return {
            **tickets._prepare_sale_order_vals(partner, lines),
            "user_id": self.user_id.id,
            "validity_date": self.validity_date,
            "sale_order_template_id": False,
        }

    def _get_top_up_quantity(self):
        """Return the missing hours in whole units of the pack's product.

        :rtype: float
        """
        self.ensure_one()
        hour = self.env.ref("uom.product_uom_hour")
        unit = self.pack_line_id.product_uom_id
        quantity = self.pack_hours_missing
        if unit._has_common_reference(hour):
            quantity = hour._compute_quantity(quantity, unit, round=False)
        # 3 hours are sometimes 3.0000000000000004.
        return float(math.ceil(float_round(quantity, precision_digits=4)))
