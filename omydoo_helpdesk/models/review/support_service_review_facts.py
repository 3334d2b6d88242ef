# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import service_review as pure
from ...tools import service_review_facts as facts_of
from ...tools import sla_clock

# The clocks whose results a ticket keeps.
KEPT_CLOCKS = (sla_clock.RESPONSE, sla_clock.RESOLUTION)


class ReviewFacts(models.Model):
    """What reviews are made of, read for many customers at once.

    A statement or two for each kind of fact, whatever the number of customers, tickets
    and entries. What is read is what the customer's page and the reports read; what it
    means is said once, in ``tools/service_review.py``.
    """

    _name = "support.service.review"
    _inherit = ["support.service.review"]

    @api.model
    def _gather(self, customers, company, first_day, last_day):
        """Read what happened to customers in a period.

        :param customers: recordset of res.partner, commercial partners
        :param company: ours
        :param date first_day: of the period, in the company's time zone
        :param date last_day: likewise, included
        :return: for each customer's id what its review is made of
        :rtype: dict[int, service_review_facts.Facts]
        """
        # Read in SQL, and of tickets of every team: whoever drafts a review tells the
        # customer about all of them, but for the one with which the set-up was tried.
        self.env.flush_all()
        span = facts_of.Span(*company._get_support_span(first_day, last_day))
        facts = {
            customer.id: facts_of.Facts(span, first_day, last_day)
            for customer in customers
        }
        if facts:
            self._gather_requests(facts, company, span)
            self._gather_times(facts, company)
            self._gather_included(facts, company)
            self._gather_packs(facts, company)
            self._gather_contests(facts, company, span)
            self._gather_conversions(facts, company, span)
            self._gather_changes(facts, company, span)
            self._gather_bugs(facts, company)
            self._gather_code(facts, company)
            self._gather_ratings(facts, company, span)
        return facts

    # === REQUESTS === #

    @api.model
    def _gather_requests(self, facts, company, span):
        """Add the requests that were open in the period, or whose clocks ended in it.

        With what the clocks of each say today, and its log up to the end.
        """
        found = {}
        for (
            ticket_id,
            customer_id,
            number,
            name,
            category_id,
            application_id,
            priority,
            is_duplicate,
            scope,
            plan_id,
            *results,
        ) in self.env.execute_query(self._get_requests_query(facts, company, span)):
            clocks = [
                facts_of.Clock(
                    state or sla_clock.NONE, ended_at, hours or 0.0, deadline
                )
                for state, ended_at, hours, deadline in (results[:4], results[4:])
            ]
            request = facts_of.Request(
                id=ticket_id,
                number=number or "",
                name=name or "",
                category=category_id or 0,
                application=application_id or 0,
                priority=priority or "",
                is_duplicate=is_duplicate,
                is_out_of_scope=scope == "out_of_scope",
                response=clocks[0],
                resolution=clocks[1],
            )
            found[ticket_id] = (customer_id, plan_id, request)
        if not found:
            return
        log = {ticket_id: [] for ticket_id in found}
        # Not into the memo of the transaction: it would grow with the customers.
        self.env["support.ticket.event"]._read_log_rows(log)
        by_plan = defaultdict(list)
        for ticket_id, (customer_id, plan_id, request) in found.items():
            request.events = tuple(
                event for event in log[ticket_id] if event.at < span.end
            )
            # A ticket without a log, of a base that was tampered with, tells nothing.
            if any(event.kind == sla_clock.FILED for event in request.events):
                by_plan[plan_id].append(request)
                facts[customer_id].requests.append(request)
        self._add_working_time(by_plan, company, span)

    @api.model
    def _get_requests_query(self, facts, company, span):
        clocks = SQL(", ").join(
            SQL.identifier("ticket", f"{clock}_{suffix}")
            for clock in KEPT_CLOCKS
            for suffix in ("state", "ended_at", "hours", "deadline")
        )
        return SQL(
            """
            SELECT ticket.id, ticket.commercial_partner_id, ticket.number, ticket.name,
                   ticket.category_id, ticket.application_id, ticket.priority,
                   ticket.duplicate_id IS NOT NULL, ticket.scope,
                   ticket.support_plan_id, %(clocks)s
              FROM helpdesk_ticket ticket
             WHERE ticket.commercial_partner_id IN %(customers)s
               AND ticket.company_id = %(company)s
               AND ticket.is_setup_test IS NOT TRUE
               AND ticket.filed_at < %(end)s
               AND (
                   ticket.closed_date IS NULL
                   OR ticket.closed_date >= %(start)s
                   OR ticket.response_ended_at >= %(start)s
                   OR ticket.resolution_ended_at >= %(start)s
                   -- reopened and closed again, say
                   OR EXISTS (
                       SELECT FROM support_ticket_event event
                        WHERE event.ticket_id = ticket.id AND event.at >= %(start)s
                   )
               )
             ORDER BY ticket.id
            """,
            clocks=clocks,
            customers=tuple(facts),
            company=company.id,
            start=span.start,
            end=span.end,
        )

    @api.model
    def _add_working_time(self, by_plan, company, span):
        """Give each request the hours of its plan, or of our company without one."""
        plans = self.env["support.plan"].sudo().browse(filter(None, by_plan))
        hours = plans._load_promises()
        by_calendar = defaultdict(list)
        for plan_id, requests in by_plan.items():
            plan = plans.browse(plan_id or ())
            calendar = plan.calendar_id if plan else company.resource_calendar_id
            by_calendar[calendar] += requests
        for calendar, requests in by_calendar.items():
            # Around the clock, as the requests have it anyway.
            if not calendar:
                continue
            events = [event for request in requests for event in request.events]
            start = min(event.at for event in events)
            # What a hold ends at is looked at too, be it in the future.
            end = max(span.end, *(event.until or span.end for event in events))
            calendar = calendar.sudo().with_context(support_hours=hours)
            working = calendar._get_support_working_time(start, end)
            for request in requests:
                request.hours = working

    # === TIME === #

    @api.model
    def _gather_times(self, facts, company):
        """Add the time on tickets: charged to a pack, given, or neither."""
        first_day, last_day = self._get_days(facts)
        for customer_id, line_id, kind, hours in self.env.execute_query(
            SQL(
                """
                SELECT ticket.commercial_partner_id, line.id,
                       CASE WHEN line.support_no_charge THEN 'given'
                            WHEN line.support_charged_hours > 0 THEN 'charged'
                            ELSE 'covered'
                       END,
                       CASE WHEN NOT COALESCE(line.support_no_charge, FALSE)
                             AND line.support_charged_hours > 0
                            THEN line.support_charged_hours
                            ELSE COALESCE(line.support_real_hours, 0)
                       END
                  FROM account_analytic_line line
                  JOIN helpdesk_ticket ticket ON ticket.id = line.ticket_id
                 WHERE ticket.commercial_partner_id IN %s
                   AND line.company_id = %s
                   AND ticket.is_setup_test IS NOT TRUE
                   AND line.project_id IS NOT NULL
                   AND line.date BETWEEN %s AND %s
                """,
                tuple(facts),
                company.id,
                first_day,
                last_day,
            )
        ):
            if hours:
                facts[customer_id].times.setdefault(kind, []).append((line_id, hours))

    @api.model
    def _gather_included(self, facts, company):
        """Add what the plans include, and the time that counts against it.

        Of the calendar months that lie in the period with all their days.
        """
        first_day, last_day = self._get_days(facts)
        start = fields.Date.start_of(fields.Date.add(first_day, days=-1), "month")
        start = fields.Date.add(start, months=1)
        end = fields.Date.start_of(fields.Date.add(last_day, days=1), "month")
        months = {}
        for (
            customer_id,
            month,
            subscription_id,
            line_id,
            hours,
        ) in self.env.execute_query(
            SQL(
                """
                    SELECT term.partner_id, term.month, term.subscription_id, NULL,
                           SUM(term.included_hours * term.share)
                      FROM (%(terms)s) AS term
                     WHERE term.included_hours > 0
                       AND term.partner_id IN %(customers)s
                       AND term.company_id = %(company)s
                       AND term.month >= %(start)s AND term.month < %(end)s
                  GROUP BY term.partner_id, term.month, term.subscription_id
                     UNION ALL
                    SELECT line.partner_id, line.month, NULL, line.id, line.hours
                      FROM (%(lines)s) AS line
                     WHERE line.partner_id IN %(customers)s
                       AND line.company_id = %(company)s
                       AND line.month >= %(start)s AND line.month < %(end)s
                  ORDER BY 2
                    """,
                terms=self.env["support.subscription.term"]._get_months_query(),
                lines=self.env["account.analytic.line"]._get_included_query(),
                customers=tuple(facts),
                company=company.id,
                start=start,
                end=end,
            )
        ):
            found = months.setdefault((customer_id, month), [0.0, [], []])
            if subscription_id:
                found[0] += hours
                found[1].append(subscription_id)
            else:
                found[2].append((line_id, hours))
        for (customer_id, _month), found in months.items():
            facts[customer_id].included.append(tuple(found))

    @api.model
    def _get_days(self, facts):
        some = next(iter(facts.values()))
        return some.first_day, some.last_day

    # === PACKS === #

    @api.model
    def _gather_packs(self, facts, company):
        """Add the packs that ran in the period, and the pace at which all were used."""
        first_day, last_day = self._get_days(facts)
        months = [
            fields.Date.subtract(fields.Date.add(last_day, days=1), months=count)
            for count in range(pure.FORECAST_MONTHS + 1)
        ]
        # In sudo mode because a manager of the desk tells about every order.
        packs = self.env["sale.order.line"].sudo()
        packs = packs.search(
            packs._get_pack_domain()
            & Domain("order_partner_id.commercial_partner_id", "in", list(facts))
            & Domain("company_id", "=", company.id),
            order="id",
        ).filtered(lambda line: line.product_id.service_policy == "ordered_prepaid")
        used = self._read_pack_hours(packs, first_day, last_day, months)
        for pack in packs:
            fact = facts[pack.order_partner_id.commercial_partner_id.id]
            total, within, *by_month = used.get(pack.id, [0.0] * (2 + len(months)))
            bought_on = company._get_support_day(pack.order_id.date_order)
            if bought_on > last_day and not within:
                continue
            # In a row: what a pack paid counts for the pace, also one that is over.
            paid = fact.pack_months or [0.0] * pure.FORECAST_MONTHS
            fact.pack_months = [a + b for a, b in zip(paid, by_month, strict=False)]
            fact.packs.append(
                facts_of.Pack(
                    id=pack.id,
                    name=pack.order_id.name or "",
                    bought_on=bought_on,
                    end_on=pack.support_pack_end_date or None,
                    sold=pack.support_pack_hours,
                    used=total,
                    used_within=within,
                )
            )

    @api.model
    def _read_pack_hours(self, packs, first_day, last_day, months):
        """Return the hours that packs paid: up to a day, within the period, by month.

        :param list[date] months: ends of months, not included, the latest first
        :return: by the pack's id
        :rtype: dict[int, list[float]]
        """
        if not packs:
            return {}
        spans = [(first_day, fields.Date.add(last_day, days=1))]
        spans += [(start, end) for end, start in zip(months, months[1:], strict=False)]
        columns = SQL(", ").join(
            SQL(
                "SUM(line.unit_amount)"
                " FILTER (WHERE line.date >= %s AND line.date < %s)",
                start,
                end,
            )
            for start, end in spans
        )
        used = {}
        for pack_id, unit_id, *amounts in self.env.execute_query(
            SQL(
                """
                SELECT line.so_line, line.product_uom_id, SUM(line.unit_amount), %s
                  FROM account_analytic_line line
                 WHERE line.so_line IN %s
                   AND line.project_id IS NOT NULL
                   AND line.date <= %s
              GROUP BY line.so_line, line.product_uom_id
                """,
                columns,
                packs._ids,
                last_day,
            )
        ):
            lines = self.env["account.analytic.line"]
            hours = [
                lines._convert_hours(amount or 0.0, unit_id, to_hours=True)
                for amount in amounts
            ]
            before = used.get(pack_id, [0.0] * len(hours))
            used[pack_id] = [a + b for a, b in zip(before, hours, strict=True)]
        return used

    # === OUT OF SCOPE === #

    @api.model
    def _gather_contests(self, facts, company, span):
        """Add the verdicts that were contested in the period, and what came of them."""
        for customer_id, event_id, kind in self.env.execute_query(
            SQL(
                """
                SELECT ticket.commercial_partner_id, event.id, event.kind
                  FROM support_verdict_event event
                  JOIN helpdesk_ticket ticket ON ticket.id = event.ticket_id
                 WHERE ticket.commercial_partner_id IN %s
                   AND ticket.company_id = %s
                   AND ticket.is_setup_test IS NOT TRUE
                   AND event.at >= %s AND event.at < %s
                 ORDER BY event.id
                """,
                tuple(facts),
                company.id,
                span.start,
                span.end,
            )
        ):
            facts[customer_id].contests.append((event_id, kind))

    @api.model
    def _gather_conversions(self, facts, company, span):
        """Add what was converted in the period, and the quotations that were sent."""
        for customer_id, conversion_id, way in self.env.execute_query(
            SQL(
                """
                SELECT ticket.commercial_partner_id, conversion.id, conversion.action
                  FROM support_conversion conversion
                  JOIN helpdesk_ticket ticket ON ticket.id = conversion.ticket_id
                 WHERE ticket.commercial_partner_id IN %s
                   AND ticket.company_id = %s
                   AND ticket.is_setup_test IS NOT TRUE
                   AND conversion.converted_at >= %s AND conversion.converted_at < %s
                """,
                tuple(facts),
                company.id,
                span.start,
                span.end,
            )
        ):
            facts[customer_id].conversions.append((conversion_id, way))
        for customer_id, *row in self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ticket.commercial_partner_id, sale.id, sale.name,
                       sale.amount_untaxed / COALESCE(NULLIF(sale.currency_rate, 0), 1),
                       sale.support_sent_at, COALESCE(sale.support_outcome, ''),
                       sale.support_outcome_at
                  FROM support_conversion conversion
                  JOIN helpdesk_ticket ticket ON ticket.id = conversion.ticket_id
                  JOIN sale_order sale ON sale.id = conversion.order_id
                 WHERE ticket.commercial_partner_id IN %s
                   AND sale.company_id = %s
                   AND ticket.is_setup_test IS NOT TRUE
                   -- what the customer has been shown
                   AND (sale.support_sent_at IS NOT NULL
                        OR sale.support_outcome = 'accepted')
                   AND (sale.support_outcome_at IS NULL
                        OR sale.support_outcome_at >= %s)
                """,
                tuple(facts),
                company.id,
                span.start,
            )
        ):
            order_id, name, amount, *rest = row
            facts[customer_id].quotations.append(
                facts_of.Quotation(order_id, name, float(amount or 0.0), *rest)
            )

    # === PRODUCTION CHANGES === #

    @api.model
    def _gather_changes(self, facts, company, span):
        """Add the ledgers of the changes to which something happened in the period."""
        for customer_id, change_id, at, kind in self.env.execute_query(
            SQL(
                """
                SELECT change.partner_id, change.id, event.at, event.kind
                  FROM support_change_event event
                  JOIN support_production_change change ON change.id = event.change_id
                 WHERE change.partner_id IN %(customers)s
                   AND change.company_id = %(company)s
                   AND event.at < %(end)s
                   AND EXISTS (
                       SELECT FROM support_change_event other
                        WHERE other.change_id = change.id
                          AND other.at >= %(start)s AND other.at < %(end)s
                   )
              ORDER BY event.at, event.id
                """,
                customers=tuple(facts),
                company=company.id,
                start=span.start,
                end=span.end,
            )
        ):
            facts[customer_id].changes.setdefault(change_id, []).append((at, kind))

    # === BUGS === #

    @api.model
    def _gather_bugs(self, facts, company):
        """Add the bugs behind the customers' requests, in each customer's language."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ticket.commercial_partner_id, bug.id
                  FROM helpdesk_ticket ticket
                  JOIN support_upstream_bug bug ON bug.id = ticket.upstream_bug_id
                 WHERE ticket.commercial_partner_id IN %s
                   AND ticket.company_id = %s
                   AND ticket.is_setup_test IS NOT TRUE
              ORDER BY bug.id
                """,
                tuple(facts),
                company.id,
            )
        )
        # In sudo mode because of a bug its name and its dates only are told.
        bugs = self.env["support.upstream.bug"].sudo()
        bugs = bugs.browse({bug_id for _customer_id, bug_id in rows})
        # A customer's bugs are read with all others in that language.
        customers = self.env["res.partner"].browse(facts)
        langs = {one.id: self._get_customer_lang(one) for one in customers}
        by_lang = {
            lang: {bug.id: bug for bug in bugs.with_context(lang=lang)}
            for lang in set(langs.values())
        }
        for customer_id, bug_id in rows:
            bug = by_lang[langs[customer_id]][bug_id]
            facts[customer_id].bugs.append(
                facts_of.Bug(
                    id=bug.id,
                    name=bug.name,
                    reported_on=bug.reported_on or bug.create_date.date(),
                    refused_on=(bug.state == "refused" and bug.refused_on) or None,
                    released_at=bug.released_at or None,
                )
            )

    # === CUSTOM CODE === #

    @api.model
    def _gather_code(self, facts, company):
        """Add the lines of the customers' modules that a subscription maintains.

        As of today: what was counted before is not kept.
        """
        # In sudo mode because whoever drafts need not read subscriptions.
        modules = (
            self.env["support.custom.module"]
            .sudo()
            .search(
                Domain("partner_id.commercial_partner_id", "in", list(facts))
                & Domain("company_id", "=", company.id)
                & Domain("subscription_id", "!=", False),
                order="id",
            )
        )
        for subscription, some in modules.grouped("subscription_id").items():
            customer = some[0].partner_id.commercial_partner_id
            facts[customer.id].code.append(
                (
                    some.ids,
                    subscription.custom_line_sold,
                    subscription.custom_line_count,
                    # A subscription that sells no line maintains them all.
                    subscription.custom_line_missing
                    if subscription.custom_line_sold
                    else 0,
                )
            )

    # === SATISFACTION === #

    @api.model
    def _gather_ratings(self, facts, company, span):
        """Add what was said of tickets in the period."""
        tickets = self.env["helpdesk.ticket"]
        for (
            customer_id,
            rating_id,
            value,
            words,
            number,
            name,
        ) in self.env.execute_query(
            SQL(
                """
                SELECT ticket.commercial_partner_id, rating.id, rating.rating,
                       rating.feedback, ticket.number, ticket.name
                  FROM rating_rating rating
                  JOIN helpdesk_ticket ticket ON ticket.id = rating.res_id
                 WHERE rating.res_model = 'helpdesk.ticket'
                   AND rating.consumed
                   AND rating.rating > 0
                   AND ticket.commercial_partner_id IN %(customers)s
                   AND ticket.company_id = %(company)s
                   AND ticket.is_setup_test IS NOT TRUE
                   AND COALESCE(rating.rated_on, rating.write_date) >= %(start)s
                   AND COALESCE(rating.rated_on, rating.write_date) < %(end)s
              ORDER BY rating.id
                """,
                customers=tuple(facts),
                company=company.id,
                start=span.start,
                end=span.end,
            )
        ):
            facts[customer_id].ratings.append(
                (
                    rating_id,
                    tickets._get_satisfaction(value),
                    (words or "").strip(),
                    f"{number} {name}",
                )
            )
