# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


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
        return {
            "wizard": self,
            "orders": [self._simulate_order(vals) for vals in self._get_orders_vals()],
            "tasks": [
                {"name": ticket.name, "hours": part.hours}
                for ticket, part in parts.items()
                if self.action != "quotation"
            ],
            "files": self.attachment_ids,
        }

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
        orders = self.env["sale.order"].with_context(
            {"lang": self.env.lang, "tz": self.env.context.get("tz")}
        )
        defaults = orders.default_get(
            ["date_order", "state", "require_signature", "require_payment"]
        )
        return orders.new({**defaults, **vals})
