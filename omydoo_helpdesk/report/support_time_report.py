# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ..const import COVERAGES, SCOPES


class SupportTimeReport(models.Model):
    """The time on tickets: for whom, covered by what, spent and charged.

    One line for each entry of time.
    """

    _name = "support.time.report"
    _description = "Time on Tickets"
    _auto = False
    _order = "date desc, id desc"

    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket", readonly=True)
    date = fields.Date(readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.ticket.category", readonly=True
    )
    team_id = fields.Many2one(comodel_name="helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Agent", readonly=True)
    scope = fields.Selection(selection=SCOPES, readonly=True)
    coverage = fields.Selection(selection=COVERAGES, string="Covered By", readonly=True)
    support_plan_id = fields.Many2one(comodel_name="support.plan", readonly=True)
    pack_id = fields.Many2one(
        comodel_name="sale.order.line", string="Hours Pack", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    is_gesture = fields.Boolean(string="Not Charged", readonly=True)
    real_hours = fields.Float(string="Time Spent", readonly=True)
    charged_hours = fields.Float(string="Time Charged", readonly=True)
    gesture_hours = fields.Float(
        string="Gestures",
        readonly=True,
        help="Time spent and marked as not charged.",
    )

    _depends = {
        "account.analytic.line": [
            "company_id",
            "date",
            "support_charged_hours",
            "support_no_charge",
            "support_pack_id",
            "support_real_hours",
            "ticket_id",
            "user_id",
        ],
        "helpdesk.ticket": [
            "category_id",
            "coverage",
            "partner_id",
            "scope",
            "support_plan_id",
            "team_id",
        ],
        "res.partner": ["commercial_partner_id"],
    }

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    def _select(self):
        return SQL(
            """
            SELECT line.id,
                   line.ticket_id,
                   line.date,
                   partner.commercial_partner_id AS partner_id,
                   ticket.category_id,
                   ticket.team_id,
                   line.user_id,
                   ticket.scope,
                   ticket.coverage,
                   ticket.support_plan_id,
                   line.support_pack_id AS pack_id,
                   line.company_id,
                   COALESCE(line.support_no_charge, FALSE) AS is_gesture,
                   COALESCE(line.support_real_hours, 0) AS real_hours,
                   COALESCE(line.support_charged_hours, 0) AS charged_hours,
                   CASE WHEN line.support_no_charge
                        THEN COALESCE(line.support_real_hours, 0)
                        ELSE 0
                   END AS gesture_hours
            """
        )

    def _from(self):
        return SQL(
            """
              FROM account_analytic_line line
              JOIN helpdesk_ticket ticket ON ticket.id = line.ticket_id
         LEFT JOIN res_partner partner ON partner.id = ticket.partner_id
            """
        )

    def _where(self):
        return SQL("WHERE line.project_id IS NOT NULL")
