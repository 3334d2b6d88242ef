# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL


class IncludedTime(models.Model):
    """The time that uses up the hours included in a subscription."""

    _name = "account.analytic.line"
    _inherit = ["account.analytic.line"]

    @api.model
    def _get_included_query(self):
        """Return the time that counts against the hours included in subscriptions.

        The time on requests that the subscription covers, in scope or by full support,
        which no pack pays for and which is not given for free: on a day on which the
        subscription of the request promised something about hours. Also after its end,
        which does not take back what was promised at filing.

        :return: columns ``id``, ``date``, ``month`` (its first day), ``hours``,
            ``subscription_id``, ``partner_id`` (the firm that subscribed),
            ``company_id``
        :rtype: SQL
        """
        return SQL(
            """
            SELECT line.id, line.date, date_trunc('month', line.date)::date AS month,
                   line.support_real_hours AS hours, ticket.subscription_id,
                   partner.commercial_partner_id AS partner_id,
                   subscription.company_id
              FROM account_analytic_line line
              JOIN helpdesk_ticket ticket ON ticket.id = line.ticket_id
              JOIN sale_subscription subscription
                   ON subscription.id = ticket.subscription_id
              JOIN res_partner partner ON partner.id = subscription.partner_id
              JOIN (%(ranges)s) AS term
                   ON term.subscription_id = subscription.id
                  AND line.date >= term.first AND line.date < term.next
             WHERE term.included_hours > 0
               AND line.project_id IS NOT NULL
               AND line.support_real_hours > 0
               AND line.support_no_charge IS NOT TRUE
               AND COALESCE(line.support_charged_hours, 0) <= 0
               AND ticket.coverage IN ('subscription', 'full_support')
               AND ticket.is_setup_test IS NOT TRUE
            """,
            ranges=self.env["support.subscription.term"]._get_ranges_query(),
        )
