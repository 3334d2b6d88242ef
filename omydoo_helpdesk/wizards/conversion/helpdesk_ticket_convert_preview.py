# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_date, format_duration


class HelpdeskTicketConvertPreview(models.AbstractModel):
    """What the conversion would make, before anything is made.

    Used by ``helpdesk.ticket.convert``.
    """

    _name = "helpdesk.ticket.convert.preview"
    _description = "Ticket Conversion: Preview"

    preview = fields.Html(
        string="What Will Be Made",
        compute="_compute_preview",
        compute_sudo=False,
        sanitize=False,
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_choices())
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = (
                wizard._render_preview()
                if wizard.ticket_ids and not wizard._get_obstacle(again=True)
                else False
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_choices(self):
        """Return the fields on which the checks and the preview depend.

        :rtype: list[str]
        """
        technical = {
            *("available_attachment_ids", "message_proposed", "request_id"),
            *("result_ref", "pack_hours_left", "pack_hours_missing"),
        }
        return [
            name
            for name, field in self._fields.items()
            if (field.store or name == "total_hours")
            and name not in technical
            and name not in models.MAGIC_COLUMNS
        ]

    def _render_preview(self):
        return self.env["ir.qweb"]._render(
            "omydoo_helpdesk.helpdesk_ticket_convert_preview",
            self._prepare_preview_values(),
        )

    def _prepare_preview_values(self):
        """Return what the template of the preview shows.

        :rtype: dict
        """
        self.ensure_one()
        self = self.with_company(self.company_id)
        tickets = self._get_tickets()
        parts = {ticket: self._get_part(ticket) for ticket in tickets}
        orders = [self._simulate_order(vals) for vals in self._get_orders_vals()]
        return {
            "orders": orders,
            "tasks": [
                {"name": ticket.name, "hours": part.hours}
                for ticket, part in parts.items()
                if self.action != "quotation"
            ],
            "facts": [
                fact
                for fact in (
                    *(
                        fact
                        for order in orders
                        for fact in self._get_order_facts(order)
                    ),
                    *self._get_project_facts(),
                    *self._get_pack_facts(),
                    (
                        self.env._("Files copied"),
                        ", ".join(self.attachment_ids.mapped("name")),
                    ),
                )
                if fact[1]
            ],
        }

    def _get_order_facts(self, order):
        """Return what is worth knowing of a quotation, besides its lines.

        :param order: the quotation
        :return: pairs of a label and a text
        :rtype: list[tuple[str, str]]
        """
        made = dict(
            self._fields["support_on_acceptance"]._description_selection(self.env)
        )
        facts = [
            (self.env._("Addressed to"), order.partner_id.display_name),
            (self.env._("Invoice address"), order.partner_invoice_id.display_name),
            (self.env._("Delivery address"), order.partner_shipping_id.display_name),
            (self.env._("Pricelist"), order.pricelist_id.display_name),
            (self.env._("Payment terms"), order.payment_term_id.name),
            (self.env._("Fiscal position"), order.fiscal_position_id.name),
            (self.env._("Valid until"), self._format_date(order.validity_date)),
        ]
        if order.support_on_acceptance != "nothing":
            facts += [
                (
                    self.env._("Made on acceptance"),
                    made.get(order.support_on_acceptance),
                ),
                (
                    self.env._("From the template"),
                    order.support_project_template_id.name,
                ),
            ]
        return facts

    def _get_project_facts(self):
        """Return what is worth knowing of the project that takes the tasks.

        :rtype: list[tuple[str, str]]
        """
        if self.action == "quotation":
            return []
        if self.action != "project":
            name = self.project_id.display_name or self.env._("A new support project")
            return [(self.env._("Project"), name)]
        template = self.project_source == "template" and self.project_template_id
        return [
            (self.env._("Project"), self.project_name),
            (self.env._("From the template"), template and template.name),
            (self.env._("Managed by"), self.user_id.name),
            (self.env._("Planned start"), self._format_date(self.date_start)),
            (self.env._("Planned end"), self._format_date(self.date_end)),
            (
                self.env._("Billable"),
                self.env._("Yes") if self.is_billable else self.env._("No"),
            ),
        ]

    def _get_pack_facts(self):
        """Return the balance of the pack, now and when the plan is worked off.

        :rtype: list[tuple[str, str]]
        """
        if self.action != "hours_pack":
            return []
        left = max(0, self.pack_hours_left - self.total_hours)
        return [
            (
                self.env._("Hours left on the pack"),
                format_duration(self.pack_hours_left),
            ),
            (self.env._("Hours left afterwards"), format_duration(left)),
        ]

    def _format_date(self, date):
        return date and format_date(self.env, date)

    def _get_orders_vals(self):
        """Return the values of the quotations that would be made.

        :rtype: list[dict]
        """
        if self.action == "quotation" or (
            self.action == "project" and self.with_quotation
        ):
            return [self._prepare_sale_order_vals()]
        return [self._prepare_top_up_vals()] if self._has_top_up() else []

    def _simulate_order(self, vals):
        """Return a quotation that exists in memory only, with Odoo's own prices.

        :param dict vals: the values it would be made with
        :rtype: recordset of sale.order
        """
        # pylint: disable-next=context-overridden
        orders = self.env["sale.order"].with_context(
            {"lang": self.env.lang, "tz": self.env.context.get("tz")}
        )
        defaults = orders.default_get(
            ["date_order", "state", "require_signature", "require_payment"]
        )
        return orders.new({**defaults, **vals})
