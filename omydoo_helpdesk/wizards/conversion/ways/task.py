# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import math

from odoo import api, fields, models
from odoo.tools import float_compare, float_round

from ....const import EDITABLE
from ....tools.text import format_hours


class WayTask(models.AbstractModel):
    _name = "support.conversion.way.mixin"
    _inherit = ["support.conversion.way.mixin"]

    action = fields.Selection(
        selection_add=[
            ("hours_pack", "Task on an hours pack"),
            ("full_support", "Task under full support"),
        ],
        ondelete={"hours_pack": "cascade", "full_support": "cascade"},
    )


class TicketConvertTask(models.TransientModel):
    """A task that is paid for already: by an hours pack or by full support."""

    _name = "helpdesk.ticket.convert"
    _inherit = ["helpdesk.ticket.convert"]

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

    # === HOURS PACK === #

    def _get_hours_proposal(self):
        paid = self.action in ("hours_pack", "full_support")
        # Nothing is sold: without an estimate none is needed, and none is told.
        return self.request_id.hours if paid else super()._get_hours_proposal()

    def _obstacle_hours_pack(self):
        if not self.available_pack_ids:
            return self.env._(
                "“%(customer)s” has no hours pack with hours left: propose a "
                "quotation.",
                customer=self.commercial_partner_id.display_name,
            )
        if self.pack_line_id not in self.available_pack_ids._origin:
            return self.env._("Choose one of the customer's hours packs.")
        product = self.pack_line_id.product_id
        if self._has_top_up() and not (product.active and product.sale_ok):
            return self.env._(
                "“%(product)s” of the pack is archived or not for sale: it cannot be "
                "topped up.",
                product=product.display_name,
            )
        return (
            self._has_top_up()
            and self._get_currency_obstacle(self.pack_line_id.order_partner_id)
        ) or self._get_support_project_obstacle()

    def _warnings_hours_pack(self):
        if not self.pack_hours_missing:
            return []
        values = {
            "left": format_hours(self.pack_hours_left),
            "planned": format_hours(self.total_hours),
            "missing": format_hours(self.pack_hours_missing),
        }
        if self.top_up:
            return [
                *self._get_quotation_warnings(self.pack_line_id.order_partner_id),
                self.env._(
                    "Only %(left)s are left on this pack for %(planned)s "
                    "planned: a top-up is quoted for the %(missing)s missing.",
                    **values,
                ),
            ]
        return [
            self.env._(
                "Only %(left)s are left on this pack for %(planned)s planned: "
                "propose a top-up to the customer.",
                **values,
            )
        ]

    def _facts_hours_pack(self):
        left = max(0, self.pack_hours_left - self.total_hours)
        made = self._facts_full_support()
        return {
            **made,
            "orders": [self._prepare_top_up_vals()] if self._has_top_up() else [],
            "facts": [
                *made["facts"],
                (
                    self.env._("Hours left on the pack"),
                    format_hours(self.pack_hours_left),
                ),
                (self.env._("Hours left afterwards"), format_hours(left)),
            ],
        }

    def _convert_to_hours_pack(self):
        tasks = self._create_support_tasks(self.pack_line_id)
        if self._has_top_up():
            self._create_order(self._prepare_top_up_vals())
        return None, tasks

    def _has_top_up(self):
        return bool(
            self.action == "hours_pack" and self.top_up and self.pack_hours_missing
        )

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

    # === FULL SUPPORT === #

    def _obstacle_full_support(self):
        for ticket in self._get_tickets():
            # Custom code without maintenance is not part of full support.
            coverage = ticket._scope_get_coverage(
                "out_of_scope", ticket.scope_reason, has_pack=False
            )
            if coverage != "full_support":
                return self.env._(
                    "“%(ticket)s” is not covered by a full support plan.",
                    ticket=ticket.display_name,
                )
        return self._get_support_project_obstacle()

    def _warnings_full_support(self):
        return []

    def _facts_full_support(self):
        name = self.project_id.display_name or self.env._("A new support project")
        return {
            "tasks": self._get_planned_tasks(),
            "facts": [(self.env._("Project"), name)],
        }

    def _convert_to_full_support(self):
        return None, self._create_support_tasks()

    # === BOTH === #

    def _get_support_project_obstacle(self):
        project = self.project_id
        if project and not project.filtered_domain(
            self.ticket_id._get_support_project_domain()
        ):
            return self.env._(
                "“%(project)s” is not a billable project of “%(customer)s” with "
                "timesheets.",
                project=project.display_name,
                customer=self.commercial_partner_id.display_name,
            )
        return False

    def _create_support_tasks(self, line=None):
        """Create the tasks in the customer's support project.

        :param line: the order item that their time is charged to, none by default
        :return: by ticket
        :rtype: dict[recordset, recordset]
        """
        project = self.project_id
        if not project:
            project = self.ticket_id._get_or_make_support_project(self.user_id)
        return {
            ticket: self._create_task(ticket, project, line)
            for ticket in self._get_tickets()
        }


class TicketConversionTask(models.Model):
    """What the customer is told of a task that is paid for already."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _conversion_sentences_hours_pack(self):
        sentences = [
            self.env._("The time spent on it will be charged to your hours pack.")
        ]
        hours = self.env.context.get("support_hours")
        if hours:
            sentences.append(
                self.env._(
                    "We estimate this time at %(hours)s.", hours=format_hours(hours)
                )
            )
        return sentences

    def _portal_work_hours_pack(self, visitor):
        sentences, links = self._get_portal_planned_work(visitor)
        sentences.append(
            self.env._("The time spent on it is charged to your hours pack.")
        )
        if not visitor._is_public():
            links.append((self.env._("See what is left"), "/my/support"))
        return sentences, links

    def _conversion_sentences_full_support(self):
        return [self.env._("Your full support plan covers it: no quotation is needed.")]

    def _portal_work_full_support(self, visitor):
        sentences, links = self._get_portal_planned_work(visitor)
        sentences += self._conversion_sentences_full_support()
        return sentences, links
