# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

MONTHS = 12
# What is compared with the period before, and told of each of the last months.
COMPARED = (
    "requests.filed",
    "response.met",
    "response.missed",
    "resolution.met",
    "resolution.missed",
    "hours.covered",
    "hours.charged",
    "hours.given",
)


class ReviewSeries(models.Model):
    """The same figures of the period before, and of each of the last twelve months.

    Counted in two statements for all customers. Each has the definition it has in the
    review of its own period, as of today.
    """

    _name = "support.service.review"
    _inherit = ["support.service.review"]

    @api.model
    def _get_series_days(self, kind, first_day, last_day):
        """Return the periods to compare with.

        :param str kind: "month", "quarter" or "free"
        :return: first and last day: of the period before, and then of twelve months,
            the oldest first; the last one is that in which the period ends
        :rtype: list[tuple[date, date]]
        """
        day_before = fields.Date.subtract(first_day, days=1)
        if kind == "free":
            length = (last_day - first_day).days
            before = fields.Date.subtract(day_before, days=length)
        else:
            before = fields.Date.start_of(day_before, kind)
        month = fields.Date.start_of(last_day, "month")
        starts = [
            fields.Date.subtract(month, months=count)
            for count in reversed(range(MONTHS))
        ]
        return [
            (before, day_before),
            *((start, fields.Date.end_of(start, "month")) for start in starts),
        ]

    @api.model
    def _gather_series(self, customers, company, kind, first_day, last_day):
        """Count what is compared.

        :param customers: recordset of res.partner
        :return: by the customer's id: ``previous``, figures by key, and ``months``,
            for each of them its first day and figures by key
        :rtype: dict[int, dict]
        """
        days = self._get_series_days(kind, first_day, last_day)
        counts = {
            customer.id: [dict.fromkeys(COMPARED, 0) for _days in days]
            for customer in customers
        }
        if counts:
            for customer_id, index, *values in (
                *self.env.execute_query(self._get_series_query(counts, company, days)),
                *self.env.execute_query(self._get_hours_query(counts, company, days)),
            ):
                keys = COMPARED[:5] if len(values) == 5 else COMPARED[5:]
                counts[customer_id][index].update(
                    (key, round(float(value or 0), 2) if keys[0][0] == "h" else value)
                    for key, value in zip(keys, values, strict=True)
                )
        return {
            customer_id: {
                "previous": found[0],
                "months": [
                    {"day": start.isoformat(), **month}
                    for (start, _end), month in zip(days[1:], found[1:], strict=True)
                ],
            }
            for customer_id, found in counts.items()
        }

    @api.model
    def _get_series_query(self, customer_ids, company, days):
        spans = SQL(", ").join(
            SQL(
                "(%s, %s::timestamp, %s::timestamp)",
                index,
                *company._get_support_span(*some),
            )
            for index, some in enumerate(days)
        )
        # Each ticket once for its filing and for the end of each clock: three simple
        # joins cost less than one with three conditions.
        events = SQL(" UNION ALL ").join(
            [
                SQL(
                    "SELECT commercial_partner_id AS customer, filed_at AS at,"
                    " 'filed' AS what FROM helpdesk_ticket"
                    " WHERE commercial_partner_id IN %s AND company_id = %s"
                    " AND is_setup_test IS NOT TRUE",
                    tuple(customer_ids),
                    company.id,
                ),
                *(
                    SQL(
                        "SELECT commercial_partner_id, %s, %s || %s"
                        " FROM helpdesk_ticket"
                        " WHERE commercial_partner_id IN %s AND company_id = %s"
                        " AND is_setup_test IS NOT TRUE"
                        " AND %s IN ('met', 'missed')",
                        SQL.identifier(f"{clock}_ended_at"),
                        f"{clock}.",
                        SQL.identifier(f"{clock}_state"),
                        tuple(customer_ids),
                        company.id,
                        SQL.identifier(f"{clock}_state"),
                    )
                    for clock in ("response", "resolution")
                ),
            ]
        )
        columns = SQL(", ").join(
            SQL("COUNT(*) FILTER (WHERE event.what = %s)", key.replace("requests.", ""))
            for key in COMPARED[:5]
        )
        return SQL(
            """
            SELECT event.customer, span.index, %s
              FROM (%s) AS event
              JOIN (VALUES %s) AS span (index, start, stop)
                ON event.at >= span.start AND event.at < span.stop
          GROUP BY event.customer, span.index
            """,
            columns,
            events,
            spans,
        )

    @api.model
    def _get_hours_query(self, customer_ids, company, days):
        spans = SQL(", ").join(
            SQL("(%s, %s::date, %s::date)", index, *some)
            for index, some in enumerate(days)
        )
        return SQL(
            """
            SELECT ticket.commercial_partner_id, span.index,
                   SUM(line.support_real_hours) FILTER (
                       WHERE NOT COALESCE(line.support_no_charge, FALSE)
                         AND COALESCE(line.support_charged_hours, 0) <= 0),
                   SUM(line.support_charged_hours) FILTER (
                       WHERE NOT COALESCE(line.support_no_charge, FALSE)
                         AND line.support_charged_hours > 0),
                   SUM(line.support_real_hours) FILTER (WHERE line.support_no_charge)
              FROM account_analytic_line line
              JOIN helpdesk_ticket ticket ON ticket.id = line.ticket_id
              JOIN (VALUES %s) AS span (index, first, last)
                ON line.date BETWEEN span.first AND span.last
             WHERE ticket.commercial_partner_id IN %s
               AND line.company_id = %s
               AND ticket.is_setup_test IS NOT TRUE
               AND line.project_id IS NOT NULL
          GROUP BY ticket.commercial_partner_id, span.index
            """,
            spans,
            tuple(customer_ids),
            company.id,
        )
