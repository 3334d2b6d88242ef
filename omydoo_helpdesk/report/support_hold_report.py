# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ..const import HOLD_PARTIES


class SupportHoldReport(models.Model):
    """For whom tickets waited, and how long: one line for each ticket and party.

    In hours of the plan's calendar, as the ticket keeps them. What two are waited for
    at once counts for both: the parties do not add up to the time on hold.
    """

    _name = "support.hold.report"
    _description = "Time on Hold"
    _auto = False
    _order = "filed_at desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket", readonly=True)
    party = fields.Selection(selection=HOLD_PARTIES, string="Waited For", readonly=True)
    hours = fields.Float(string="Hours on Hold", readonly=True)
    filed_at = fields.Datetime(string="Filed On", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    team_id = fields.Many2one(comodel_name="helpdesk.ticket.team", readonly=True)
    priority = fields.Selection(
        selection=lambda self: self.env["helpdesk.ticket"]
        ._fields["priority"]
        ._description_selection(self.env),
        readonly=True,
    )
    support_plan_id = fields.Many2one(comodel_name="support.plan", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)

    _depends = {
        "helpdesk.ticket": [
            "commercial_partner_id",
            "company_id",
            "filed_at",
            "priority",
            "support_plan_id",
            "team_id",
            *(f"held_hours_{party}" for party, _label in HOLD_PARTIES),
        ],
    }

    # === ACTION METHODS === #

    def action_view_ticket(self):
        """Open the ticket that waited.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        return self.ticket_id._get_records_action()

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        parties = [party for party, _label in HOLD_PARTIES]
        return SQL(
            """
            SELECT ticket.id * %(count)s + held.rank AS id,
                   ticket.id AS ticket_id,
                   held.party,
                   held.hours,
                   ticket.filed_at,
                   ticket.commercial_partner_id AS partner_id,
                   ticket.team_id,
                   ticket.priority,
                   ticket.support_plan_id,
                   ticket.company_id
              FROM helpdesk_ticket ticket
              JOIN LATERAL (VALUES %(values)s) AS held (rank, party, hours)
                ON held.hours > 0
             WHERE ticket.active
            """,
            count=len(parties),
            values=SQL(", ").join(
                SQL(
                    "(%s, %s, %s)",
                    rank,
                    party,
                    SQL.identifier("ticket", f"held_hours_{party}"),
                )
                for rank, party in enumerate(parties)
            ),
        )
