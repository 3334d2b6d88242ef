# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext
from odoo.tools.misc import format_datetime

MAX_SUBJECT = 80


class HelpdeskTicketSplit(models.TransientModel):
    """A message of the customer's becomes a ticket of its own."""

    _name = "helpdesk.ticket.split"
    _inherit = ["support.guarded.mixin"]
    _description = "New Ticket from a Message"
    _support_subjects = ("ticket_id", "message_id")

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    message_id = fields.Many2one(
        comodel_name="mail.message",
        string="Source Message",
        required=True,
        readonly=True,
    )
    name = fields.Char(
        string="Subject",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.ticket.category",
        help="Decides whether it is covered. Without one it is to be qualified.",
    )
    body = fields.Html(string="Message", related="message_id.body")
    notice = fields.Text(compute="_compute_notice")

    # === COMPUTE METHODS === #

    @api.depends("message_id")
    def _compute_name(self):
        for wizard in self:
            lines = html2plaintext(wizard.message_id.body or "").split("\n")
            first = next((line.strip() for line in lines if line.strip()), "")
            if len(first) > MAX_SUBJECT:
                first = first[:MAX_SUBJECT].rsplit(" ", 1)[0] + "…"
            wizard.name = first or wizard.ticket_id.name

    @api.depends("message_id")
    def _compute_notice(self):
        for wizard in self:
            wizard.notice = self.env._(
                "Its clocks start on %(date)s, when the customer wrote this. The "
                "customer is told once, by email and on the page of the request; the "
                "files of the message go with it.",
                date=format_datetime(
                    self.env, wizard.message_id.date, dt_format="short"
                ),
            )

    # === ACTION METHODS === #

    def action_split(self):
        """Make the ticket, and open it.

        :return: an action
        :rtype: dict
        :raise AccessError: if the user may not change the ticket
        :raise UserError: if the message cannot become a ticket
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        # Two agents may have had the dialog open.
        self.ticket_id.lock_for_update()
        obstacle = self.ticket_id._get_split_obstacle(self.message_id)
        if obstacle:
            raise UserError(obstacle)
        ticket = self.ticket_id._split(
            self.message_id, {"name": self.name, "category_id": self.category_id.id}
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": ticket._name,
            "res_id": ticket.id,
            "views": [[False, "form"]],
        }
