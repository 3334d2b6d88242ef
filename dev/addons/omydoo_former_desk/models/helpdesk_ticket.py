# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _description = "Ticket of a former desk"
    _inherit = ["mail.thread"]

    name = fields.Char(required=True)
    ticket_ref = fields.Char()
    description = fields.Html()
    active = fields.Boolean(default=True)
    team_id = fields.Many2one(comodel_name="helpdesk.team")
    stage_id = fields.Many2one(comodel_name="helpdesk.stage")
    ticket_type_id = fields.Many2one(comodel_name="helpdesk.ticket.type")
    tag_ids = fields.Many2many(comodel_name="helpdesk.tag")
    priority = fields.Selection(
        selection=[
            ("0", "Low priority"),
            ("1", "Medium priority"),
            ("2", "High priority"),
            ("3", "Urgent"),
        ],
        default="0",
    )
    partner_id = fields.Many2one(comodel_name="res.partner")
    partner_name = fields.Char()
    partner_email = fields.Char()
    email_cc = fields.Char()
    user_id = fields.Many2one(comodel_name="res.users")
    assign_date = fields.Datetime()
    close_date = fields.Datetime()
    date_last_stage_update = fields.Datetime()
    sla_status_ids = fields.One2many(
        comodel_name="helpdesk.sla.status", inverse_name="ticket_id"
    )
    timesheet_ids = fields.One2many(
        comodel_name="account.analytic.line", inverse_name="helpdesk_ticket_id"
    )
