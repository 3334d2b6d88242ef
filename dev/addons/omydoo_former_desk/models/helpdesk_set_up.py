# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTeam(models.Model):
    _name = "helpdesk.team"
    _description = "Team of a former desk"

    name = fields.Char(required=True)


class HelpdeskStage(models.Model):
    _name = "helpdesk.stage"
    _description = "Stage of a former desk"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer()
    fold = fields.Boolean()


class HelpdeskTicketType(models.Model):
    _name = "helpdesk.ticket.type"
    _description = "Type of a former desk"

    name = fields.Char(required=True)


class HelpdeskTag(models.Model):
    _name = "helpdesk.tag"
    _description = "Tag of a former desk"

    name = fields.Char(required=True)


class HelpdeskSlaStatus(models.Model):
    _name = "helpdesk.sla.status"
    _description = "What became of a promise of a former desk"

    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket", required=True)
    sla_stage_id = fields.Many2one(comodel_name="helpdesk.stage")
    deadline = fields.Datetime()
    reached_datetime = fields.Datetime()
    status = fields.Selection(
        selection=[
            ("failed", "Failed"),
            ("reached", "Reached"),
            ("ongoing", "Ongoing"),
        ],
    )
