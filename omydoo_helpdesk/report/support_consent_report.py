# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL


class SupportConsentReport(models.Model):
    """How long customers take to answer for a production change.

    One line for each time that they were asked, from the ledger of the changes: days of
    the calendar until they agreed, on the page or by telephone, or declined.
    """

    _name = "support.consent.report"
    _description = "Delay of Consent"
    _auto = False
    _order = "asked_at desc, id desc"
    _rec_name = "change_id"

    change_id = fields.Many2one(
        comodel_name="support.production.change",
        string="Production Change",
        readonly=True,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    asked_at = fields.Datetime(string="Asked On", readonly=True)
    answered_at = fields.Datetime(string="Answered On", readonly=True)
    answer = fields.Selection(
        selection=[
            ("agreed", "Agreed"),
            ("refused", "Declined"),
            ("none", "No answer"),
            ("waiting", "Awaiting the customer"),
        ],
        readonly=True,
        help="No answer: the time to answer was over, or it was asked again or called "
        "off before.",
    )
    asked_count = fields.Integer(string="Times Asked", readonly=True)
    days = fields.Float(
        string="Days Until the Answer",
        readonly=True,
        aggregator="avg",
        help="Of the calendar; none without an answer.",
    )

    _depends = {
        "support.change.event": ["at", "change_id", "company_id", "kind"],
        "support.production.change": ["partner_id"],
    }

    # === ACTION METHODS === #

    def action_view_change(self):
        """Open the change that was asked for.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        return self.change_id._get_records_action()

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT asked.id,
                   asked.change_id,
                   change.partner_id,
                   asked.company_id,
                   asked.at AS asked_at,
                   CASE WHEN next.is_answer THEN next.at END AS answered_at,
                   CASE WHEN next.kind IS NULL THEN 'waiting'
                        WHEN next.kind = 'refused' THEN 'refused'
                        WHEN next.is_answer THEN 'agreed'
                        ELSE 'none'
                   END AS answer,
                   1 AS asked_count,
                   CASE WHEN next.is_answer
                        THEN EXTRACT(EPOCH FROM next.at - asked.at)::float / 86400
                   END AS days
              FROM support_change_event asked
              JOIN support_production_change change ON change.id = asked.change_id
         LEFT JOIN LATERAL (
                    SELECT event.at,
                           event.kind,
                           event.kind IN ('agreed', 'phone', 'refused') AS is_answer
                      FROM support_change_event event
                     WHERE event.change_id = asked.change_id
                       AND event.id > asked.id
                       AND event.kind IN ('asked', 'agreed', 'phone', 'refused',
                                          'voided', 'expired', 'cancelled')
                  ORDER BY event.id
                     LIMIT 1
                   ) next ON TRUE
             WHERE asked.kind = 'asked'
            """
        )
