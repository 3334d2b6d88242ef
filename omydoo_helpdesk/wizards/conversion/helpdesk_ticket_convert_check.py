# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_date, is_html_empty

from ...tools.text import format_hours


class TicketConvertCheck(models.TransientModel):
    """What keeps tickets from being converted as chosen, what to mind, what is made.

    The same sentences are shown in the wizard and refuse the conversion.
    """

    _name = "helpdesk.ticket.convert"
    _inherit = ["helpdesk.ticket.convert"]

    obstacle = fields.Text(compute="_compute_state", compute_sudo=False)
    warning = fields.Text(compute="_compute_state", compute_sudo=False)
    preview = fields.Html(
        string="What Will Be Made",
        compute="_compute_preview",
        compute_sudo=False,
        sanitize=False,
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_choices())
    def _compute_state(self):
        for wizard in self:
            wizard.obstacle = wizard._get_obstacle()
            wizard.warning = "\n".join(wizard._get_warnings())

    @api.depends(lambda self: self._get_choices())
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = (
                wizard._render_preview()
                if wizard.ticket_ids and not wizard._get_obstacle(again=True)
                else False
            )

    # === BUSINESS METHODS - CHECKS === #

    @api.model
    def _get_choices(self):
        """Return the fields on which the checks and the preview depend.

        :rtype: list[str]
        """
        technical = {
            *("available_attachment_ids", "hours_proposed", "message_proposed"),
            *("request_id", "result_ref"),
        }
        return [
            name
            for name, field in self._fields.items()
            if (field.store or name == "total_hours")
            and name not in technical
            and name not in models.MAGIC_COLUMNS
        ]

    def _get_obstacle(self, again=None):
        """Return what keeps the tickets from being converted as chosen.

        :param bool again: converting once more is all right; as chosen by default
        :return: a sentence, or False
        """
        self.ensure_one()
        return (
            self._get_obstacle_tickets(self.convert_again if again is None else again)
            or self._get_obstacle_common()
            or getattr(self, f"_obstacle_{self.action}")()
        )

    def _get_obstacle_tickets(self, again):
        tickets = self._get_tickets()
        obstacle = tickets._get_selection_obstacle()
        if obstacle or again:
            return obstacle
        made = {ticket: ticket._describe_conversion() for ticket in tickets}
        if any(made.values()) and not all(made.values()):
            ticket = next(filter(made.get, tickets))
            return self.env._(
                "“%(ticket)s” was converted already (%(existing)s): leave it out, or "
                "convert it once more on purpose.",
                ticket=ticket.display_name,
                existing=made[ticket],
            )
        return False

    def _get_obstacle_common(self):
        parts = [self._get_part(ticket) for ticket in self._get_tickets()]
        if any(part.hours < 0 for part in parts):
            return self.env._("The estimate cannot be a negative number of hours.")
        if any(is_html_empty(part.message) for part in parts):
            return self.env._("Write to the customer what becomes of the request.")
        if self.attachment_ids._origin - self.available_attachment_ids._origin:
            return self.env._("Only files of this ticket can be copied.")
        return False

    def _get_warnings(self):
        """Return what the project manager should know before converting.

        :rtype: list[str]
        """
        self.ensure_one()
        return [
            *self._get_warnings_customer(),
            *getattr(self, f"_warnings_{self.action}")(),
        ]

    def _get_warnings_customer(self):
        return [
            self.env._(
                "“%(contact)s” has no e-mail address: the message can be read on "
                "the portal only.",
                contact=contact.display_name,
            )
            for contact in self._get_tickets().partner_id
            if not contact.email
        ]

    # === BUSINESS METHODS - PREVIEW === #

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
        made = getattr(self, f"_facts_{self.action}")()
        orders = [self._simulate_order(vals) for vals in made.get("orders", [])]
        facts = [fact for order in orders for fact in self._get_order_facts(order)]
        facts += made.get("facts", [])
        facts.append(
            (self.env._("Files copied"), ", ".join(self.attachment_ids.mapped("name")))
        )
        return {
            "orders": orders,
            "tasks": made.get("tasks", []),
            "facts": [fact for fact in facts if fact[1]],
        }

    def _get_planned_tasks(self):
        """Return the tasks that a way makes, one a ticket.

        :return: for each its ``name`` and its planned ``hours``
        :rtype: list[dict]
        """
        self.ensure_one()
        return [
            {"name": ticket.name, "hours": format_hours(self._get_part(ticket).hours)}
            for ticket in self._get_tickets()
        ]

    def _format_date(self, date):
        return date and format_date(self.env, date)
