# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ..const import QUOTATION_STATES

SECONDS_PER_DAY = 24 * 3600


class SupportConversionReport(models.Model):
    """What the requests out of scope became, and what they brought in.

    One line for each conversion. Values are without tax, in the company's currency; a
    quotation for several tickets is shared equally among them, so that sums are right
    whatever they are grouped by. Quoted = accepted + lost + open.
    """

    _name = "support.conversion.report"
    _inherit = ["support.conversion.way.mixin"]
    _description = "Conversions of Tickets"
    _auto = False
    _order = "converted_at desc, id desc"

    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket", readonly=True)
    category_id = fields.Many2one(
        comodel_name="helpdesk.ticket.category", readonly=True
    )
    team_id = fields.Many2one(comodel_name="helpdesk.ticket.team", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Converted By", readonly=True
    )
    action = fields.Selection(readonly=True)
    order_id = fields.Many2one(
        comodel_name="sale.order", string="Quotation", readonly=True
    )
    quotation_state = fields.Selection(selection=QUOTATION_STATES, readonly=True)
    conversion_count = fields.Integer(string="Conversions", readonly=True)
    amount_prepared = fields.Monetary(
        string="In Preparation",
        readonly=True,
        help="Of quotations that the customer has not been sent yet.",
    )
    amount_quoted = fields.Monetary(
        string="Quoted", readonly=True, help="Accepted, lost and open together."
    )
    amount_accepted = fields.Monetary(string="Accepted", readonly=True)
    amount_lost = fields.Monetary(
        string="Lost", readonly=True, help="Refused, cancelled or expired."
    )
    amount_open = fields.Monetary(
        string="Open", readonly=True, help="Sent and still to be answered."
    )
    converted_at = fields.Datetime(string="Converted On", readonly=True)
    sent_at = fields.Datetime(string="Sent On", readonly=True)
    answered_at = fields.Datetime(
        string="Answered On",
        readonly=True,
        help="When it was accepted, refused, cancelled, or noted as expired.",
    )
    days_to_send = fields.Float(
        string="Days to Send",
        readonly=True,
        aggregator="avg",
        help="Calendar days from the conversion to the quotation sent.",
    )
    days_to_answer = fields.Float(
        string="Days to Answer",
        readonly=True,
        aggregator="avg",
        help="Calendar days from the quotation sent to the customer's answer, accepted "
        "or refused.",
    )

    _depends = {
        "support.conversion": [
            "action",
            "company_id",
            "converted_at",
            "order_id",
            "ticket_id",
            "user_id",
        ],
        "helpdesk.ticket": ["category_id", "partner_id", "team_id"],
        "res.partner": ["commercial_partner_id"],
        "res.company": ["currency_id"],
        "sale.order": [
            "amount_untaxed",
            "currency_rate",
            "state",
            "support_accepted_at",
            "support_outcome",
            "support_outcome_at",
            "support_sent_at",
            "validity_date",
        ],
    }

    @property
    def _table_query(self):
        return SQL(
            "SELECT conversion.*, %(measures)s FROM (%(conversions)s) AS conversion",
            measures=self._select_measures(),
            conversions=self._query_conversions(),
        )

    def _query_conversions(self):
        """Return the query of the conversions with the facts of their orders.

        :rtype: SQL
        """
        return SQL("%s %s", self._select(), self._from())

    def _select(self):
        return SQL(
            """
            SELECT conversion.id,
                   conversion.ticket_id,
                   ticket.category_id,
                   ticket.team_id,
                   partner.commercial_partner_id AS partner_id,
                   conversion.company_id,
                   company.currency_id,
                   conversion.user_id,
                   conversion.action,
                   conversion.order_id,
                   %(state)s AS quotation_state,
                   1 AS conversion_count,
                   sale.amount_untaxed
                       / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                       / COUNT(*) OVER (PARTITION BY conversion.order_id) AS amount,
                   %(shown)s AS is_shown,
                   conversion.converted_at,
                   sale.support_sent_at AS sent_at,
                   sale.support_outcome_at AS answered_at
            """,
            state=self._select_state(),
            shown=self._condition_shown(),
        )

    def _from(self):
        return SQL(
            """
              FROM support_conversion conversion
              JOIN helpdesk_ticket ticket ON ticket.id = conversion.ticket_id
         LEFT JOIN res_partner partner ON partner.id = ticket.partner_id
         LEFT JOIN res_company company ON company.id = conversion.company_id
         LEFT JOIN sale_order sale ON sale.id = conversion.order_id
            """
        )

    def _select_state(self):
        """Return what ``support_state`` of the order says, in SQL.

        :rtype: SQL
        """
        return SQL(
            """
            CASE WHEN sale.id IS NULL THEN NULL
                 WHEN sale.state = 'sale' THEN 'accepted'
                 WHEN sale.state = 'cancel' AND sale.support_outcome = 'refused'
                 THEN 'refused'
                 WHEN sale.state = 'cancel' THEN 'cancelled'
                 WHEN sale.state = 'sent' AND sale.validity_date < %(today)s
                 THEN 'expired'
                 WHEN sale.state = 'sent' THEN 'sent'
                 ELSE 'preparing'
            END
            """,
            # Odoo's own day for this: UTC.
            today=fields.Date.today(),
        )

    def _condition_shown(self):
        """Return what ``_support_is_shown`` of the order says, in SQL.

        :rtype: SQL
        """
        return SQL(
            """(
                sale.state IN ('sent', 'sale')
                OR sale.state = 'cancel' AND (
                    sale.support_sent_at IS NOT NULL
                    OR sale.support_accepted_at IS NOT NULL
                    OR sale.support_outcome = 'refused'
                )
            )"""
        )

    def _select_measures(self):
        """Return what follows from the columns of the conversions.

        :rtype: SQL
        """
        return SQL(
            """
            CASE WHEN quotation_state = 'preparing' THEN amount END AS amount_prepared,
            CASE WHEN is_shown THEN amount END AS amount_quoted,
            CASE WHEN quotation_state = 'accepted' THEN amount END AS amount_accepted,
            CASE WHEN is_shown
                  AND quotation_state IN ('refused', 'cancelled', 'expired')
                 THEN amount
            END AS amount_lost,
            CASE WHEN quotation_state = 'sent' THEN amount END AS amount_open,
            CASE WHEN sent_at >= converted_at
                 THEN EXTRACT(EPOCH FROM sent_at - converted_at) / %(day)s
            END AS days_to_send,
            CASE WHEN quotation_state IN ('accepted', 'refused')
                  AND answered_at >= sent_at
                 THEN EXTRACT(EPOCH FROM answered_at - sent_at) / %(day)s
            END AS days_to_answer
            """,
            day=SECONDS_PER_DAY,
        )

    def action_view_ticket(self):
        """Open the ticket of this line.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        return self.ticket_id._get_records_action(context={})
