# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The figures of a month a second time: plain SQL over the log, and nothing of ours.

Neither the clocks of the product nor what it has stored of them is asked, but the
events, the plans and the rows of orders, time, bugs and ratings. It knows the office
hours of the tests only: 8 to 12 and 13 to 17 from Monday to Friday in Paris.
"""

# Hours worked between two instants: of a plan without a calendar all of them.
SET_UP = """
    CREATE TEMPORARY TABLE oracle_office ON COMMIT DROP AS
    SELECT (day + opening) AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC' AS start,
           (day + closing) AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC' AS stop
      FROM generate_series('2025-09-01'::timestamp, '2026-12-31', '1 day') AS day,
           (VALUES ('8 hours'::interval, '12 hours'::interval),
                   ('13 hours', '17 hours')) AS hours (opening, closing)
     WHERE EXTRACT(isodow FROM day) < 6;

    CREATE FUNCTION pg_temp.oracle_hours(
        always boolean, a timestamp, b timestamp
    ) RETURNS float AS $$
        SELECT CASE
            WHEN a >= b THEN 0
            WHEN always THEN EXTRACT(EPOCH FROM b - a) / 3600
            ELSE COALESCE((
                SELECT SUM(EXTRACT(EPOCH FROM LEAST(b, stop) - GREATEST(a, start)))
                       / 3600
                  FROM oracle_office WHERE start < b AND stop > a
            ), 0)
        END
    $$ LANGUAGE sql STABLE;

    -- What is done in the evening of the day on which its time was used up is late
    -- although no hour has passed: so the last instant that was worked counts as well.
    CREATE FUNCTION pg_temp.oracle_last(
        always boolean, a timestamp, b timestamp
    ) RETURNS timestamp AS $$
        SELECT CASE
            WHEN always THEN b
            ELSE (SELECT MAX(LEAST(b, stop)) FROM oracle_office
                   WHERE start < b AND stop > a)
        END
    $$ LANGUAGE sql STABLE;
"""

COUNT = """
WITH month AS (
    SELECT %(first)s::date AS first, %(last)s::date AS last,
           %(first)s::timestamp AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC' AS start,
           (%(last)s::date + 1)::timestamp
               AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC' AS stop
),
ticket AS (
    SELECT ticket.id, ticket.priority, ticket.category_id, ticket.upstream_bug_id,
           partner.commercial_partner_id AS customer,
           plan.id IS NOT NULL AND plan.calendar_id IS NULL AS always,
           target.response_hours, target.resolution_hours
      FROM helpdesk_ticket ticket
      JOIN res_partner partner ON partner.id = ticket.partner_id
 LEFT JOIN support_plan plan ON plan.id = ticket.support_plan_id
 LEFT JOIN support_plan_sla target
        ON target.plan_id = plan.id AND target.priority = ticket.priority
     WHERE partner.commercial_partner_id = ANY(%(customers)s)
),
log AS (
    SELECT event.*, ticket.customer FROM support_ticket_event event
      JOIN ticket ON ticket.id = event.ticket_id
),
-- Open or closed: by the last closing or reopening, whatever the verdict ended.
moves AS (
    SELECT ticket_id, at, kind,
           LAG(kind, 1, 'filed') OVER (PARTITION BY ticket_id ORDER BY at, id) AS before
      FROM log
     WHERE kind IN ('filed', 'solved', 'dismissed', 'reopened')
       AND COALESCE(cause, '') <> 'out_of_scope'
),
standing AS (
    SELECT ticket.id, ticket.customer, month.stop,
           (SELECT MIN(at) FROM log WHERE ticket_id = ticket.id AND kind = 'filed')
               AS filed_at,
           (SELECT kind NOT IN ('solved', 'dismissed') FROM moves
             WHERE ticket_id = ticket.id AND at < month.start
             ORDER BY at DESC LIMIT 1) AS was_open,
           (SELECT kind NOT IN ('solved', 'dismissed') FROM moves
             WHERE ticket_id = ticket.id AND at < month.stop
             ORDER BY at DESC LIMIT 1) AS is_open,
           EXISTS (SELECT FROM moves
                    WHERE ticket_id = ticket.id AND kind = 'reopened'
                      AND before IN ('solved', 'dismissed')
                      AND at >= month.start AND at < month.stop) AS reopened
      FROM ticket, month
),
standing_in AS (
    SELECT *, CASE WHEN was_open IS NULL AND filed_at < stop THEN 'filed'
                   WHEN was_open THEN 'open_start'
                   WHEN NOT was_open AND reopened THEN 'back' END AS entry
      FROM standing WHERE filed_at < stop
),
-- Stretches in which the resolution ran, was held or closed.
beyond AS (
    SELECT ticket_id, MIN(at) AS at FROM log
     WHERE kind = 'dismissed' AND cause = 'out_of_scope' GROUP BY ticket_id
),
stretches AS (
    SELECT log.ticket_id, log.kind, log.party, log.at AS start,
           LEAD(log.at) OVER (PARTITION BY log.ticket_id ORDER BY log.at, log.id)
               AS stop
      FROM log LEFT JOIN beyond ON beyond.ticket_id = log.ticket_id
     WHERE log.kind IN ('filed', 'hold', 'resume', 'solved', 'dismissed', 'reopened')
       -- What is out of scope has no resolution from then on.
       AND log.at <= COALESCE(beyond.at, log.at)
),
turns AS (
    SELECT ticket.customer, ticket.id AS ticket_id,
           CASE WHEN stretches.kind = 'hold' THEN stretches.party ELSE 'us' END AS turn,
           pg_temp.oracle_hours(
               ticket.always,
               GREATEST(stretches.start, month.start),
               LEAST(COALESCE(stretches.stop, month.stop), month.stop)
           ) AS hours
      FROM stretches JOIN ticket ON ticket.id = stretches.ticket_id, month
     WHERE stretches.kind NOT IN ('solved', 'dismissed')
       AND stretches.start < month.stop
       AND COALESCE(stretches.stop, month.stop) > month.start
),
-- First responses: answered, or closed for good without an answer.
responses AS (
    SELECT ticket.*, filing.at AS asked_at, answer.at AS answered_at,
           COALESCE(answer.at, ending.at) AS ended
      FROM ticket
      JOIN LATERAL (SELECT MIN(at) AS at FROM log
                     WHERE ticket_id = ticket.id AND kind = 'filed') filing ON TRUE
      JOIN LATERAL (SELECT MIN(at) AS at FROM log
                     WHERE ticket_id = ticket.id AND kind = 'answered') answer ON TRUE
      JOIN LATERAL (SELECT MIN(at) AS at FROM log
                     WHERE ticket_id = ticket.id AND kind IN ('solved', 'dismissed')
                       AND cause <> 'out_of_scope') ending ON TRUE
     WHERE ticket.response_hours > 0
),
resolutions AS (
    SELECT ticket.*, COALESCE(beyond.at, last.at) AS ended,
           CASE WHEN beyond.at IS NULL THEN last.kind ELSE 'dismissed' END AS last_kind,
           run.spent, run.last_worked, run.last_run
      FROM ticket
 LEFT JOIN beyond ON beyond.ticket_id = ticket.id
      JOIN LATERAL (SELECT at, kind FROM moves WHERE ticket_id = ticket.id
                     ORDER BY at DESC LIMIT 1) last
        ON last.kind IN ('solved', 'dismissed') OR beyond.at IS NOT NULL
      JOIN LATERAL (
            SELECT SUM(pg_temp.oracle_hours(ticket.always, start, stop)) AS spent,
                   MAX(pg_temp.oracle_last(ticket.always, start, stop)) AS last_worked,
                   MAX(stop) AS last_run
              FROM stretches
             WHERE stretches.ticket_id = ticket.id
               AND stretches.kind IN ('filed', 'resume', 'reopened')
               AND stretches.start < last.at
           ) run ON TRUE
     WHERE ticket.resolution_hours > 0
),
judged AS (
    SELECT 'response' AS clock, customer, id, priority, ended,
           pg_temp.oracle_hours(always, asked_at, ended) AS spent,
           response_hours AS promised,
           pg_temp.oracle_last(always, asked_at, ended) AS last_worked,
           ended AS last_run,
           CASE WHEN answered_at IS NULL THEN 'not_applicable' ELSE 'met' END AS state
      FROM responses
     UNION ALL
    SELECT 'resolution', customer, id, priority, ended, spent, resolution_hours,
           last_worked, last_run,
           CASE WHEN last_kind = 'dismissed' THEN 'dismissed' ELSE 'met' END
      FROM resolutions
),
clocks AS (
    SELECT clock, customer, id, priority, ended, spent,
           CASE WHEN state = 'dismissed' THEN 'not_applicable'
                WHEN spent > promised + 1e-6 THEN 'missed'
                WHEN ABS(spent - promised) < 1e-6 AND last_run > last_worked
                THEN 'missed'
                ELSE state END AS state
      FROM judged
),
ended AS (
    SELECT clocks.* FROM clocks, month
     WHERE ended >= month.start AND ended < month.stop
),
time AS (
    SELECT ticket.customer, line.*, COALESCE(line.support_no_charge, FALSE) AS given
      FROM account_analytic_line line
      JOIN ticket ON ticket.id = line.ticket_id, month
     WHERE line.date BETWEEN month.first AND month.last
),
-- Hours included: what each single day of each subscription is worth.
day AS (
    SELECT day::date AS day, EXTRACT(day FROM month.last) AS days
      FROM month, generate_series(month.first, month.last, '1 day') AS day
),
included AS (
    SELECT partner.commercial_partner_id AS customer,
           ROUND(SUM(term.included_hours / day.days)::numeric, 2) AS hours
      FROM day
      JOIN sale_subscription subscription
        ON COALESCE(subscription.date_start, day.day) <= day.day
       AND COALESCE(subscription.date, day.day) >= day.day
      JOIN res_partner partner ON partner.id = subscription.partner_id
      JOIN LATERAL (SELECT * FROM support_subscription_term
                     WHERE subscription_id = subscription.id
                       AND COALESCE(date_from, day.day) <= day.day
                     ORDER BY date_from DESC NULLS LAST LIMIT 1) term
        ON term.state = 'running' AND term.included_hours > 0
     WHERE partner.commercial_partner_id = ANY(%(customers)s)
     GROUP BY 1
),
used AS (
    SELECT time.customer, ROUND(SUM(time.support_real_hours)::numeric, 2) AS hours
      FROM time
      JOIN helpdesk_ticket worked ON worked.id = time.ticket_id
      JOIN helpdesk_ticket_category category ON category.id = worked.category_id
      JOIN LATERAL (SELECT * FROM support_subscription_term
                     WHERE subscription_id = worked.subscription_id
                       AND COALESCE(date_from, time.date) <= time.date
                     ORDER BY date_from DESC NULLS LAST LIMIT 1) term
        ON term.included_hours > 0
     WHERE time.so_line IS NULL AND NOT time.given AND category.scope = 'in_scope'
     GROUP BY 1
),
pack AS (
    SELECT partner.commercial_partner_id AS customer, line.id,
           line.product_uom_qty AS sold, line.support_pack_end_date AS ends,
           (sale.date_order AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Paris')::date
               AS bought,
           (SELECT COALESCE(SUM(unit_amount), 0) FROM account_analytic_line, month
             WHERE so_line = line.id AND date <= month.last) AS used,
           (SELECT COALESCE(SUM(unit_amount), 0) FROM account_analytic_line, month
             WHERE so_line = line.id AND date BETWEEN month.first AND month.last)
               AS used_within
      FROM sale_order_line line
      JOIN sale_order sale ON sale.id = line.order_id
      JOIN res_partner partner ON partner.id = sale.partner_id
     WHERE line.product_id = %(pack_product)s
       AND partner.commercial_partner_id = ANY(%(customers)s)
),
quotation AS (
    SELECT DISTINCT ticket.customer, sale.id, sale.support_sent_at AS sent,
           sale.support_outcome AS outcome, sale.support_outcome_at AS decided,
           sale.amount_untaxed / sale.currency_rate AS amount
      FROM support_conversion conversion
      JOIN ticket ON ticket.id = conversion.ticket_id
      JOIN sale_order sale ON sale.id = conversion.order_id
),
change AS (
    SELECT change.partner_id AS customer, change.id, event.kind, event.at
      FROM support_change_event event
      JOIN support_production_change change ON change.id = event.change_id, month
     WHERE change.partner_id = ANY(%(customers)s)
       AND event.at >= month.start AND event.at < month.stop
),
bug AS (
    SELECT DISTINCT ticket.customer, bug.id, bug.reported_on, bug.released_at,
           CASE WHEN bug.state = 'refused' THEN bug.refused_on END AS refused_on
      FROM support_upstream_bug bug JOIN ticket ON ticket.upstream_bug_id = bug.id
),
rating AS (
    SELECT ticket.customer, rating.id,
           CASE rating.rating WHEN 5 THEN 'satisfied' WHEN 3 THEN 'okay'
                              ELSE 'dissatisfied' END AS said
      FROM rating_rating rating
      JOIN ticket ON ticket.id = rating.res_id, month
     WHERE rating.res_model = 'helpdesk.ticket' AND rating.consumed
       AND rating.rated_on >= month.start AND rating.rated_on < month.stop
)
SELECT customer, 'requests.' || entry, COUNT(*)::float FROM standing_in
 WHERE entry IS NOT NULL GROUP BY 1, 2
UNION ALL SELECT customer, CASE WHEN is_open THEN 'requests.open_end'
                                ELSE 'requests.closed' END, COUNT(*)
  FROM standing_in WHERE entry IS NOT NULL GROUP BY 1, 2
UNION ALL SELECT customer, 'requests.reopened', COUNT(*) FROM standing_in
 WHERE reopened GROUP BY 1
UNION ALL SELECT standing_in.customer, 'requests.priority.' || ticket.priority, COUNT(*)
  FROM standing_in JOIN ticket USING (id) WHERE entry = 'filed' GROUP BY 1, 2
UNION ALL SELECT standing_in.customer, 'requests.category.' || ticket.category_id,
       COUNT(*)
  FROM standing_in JOIN ticket USING (id) WHERE entry = 'filed' GROUP BY 1, 2
UNION ALL SELECT customer, clock || '.' || state, COUNT(*) FROM ended GROUP BY 1, 2
UNION ALL SELECT customer, clock || '.' || state || '.' || priority, COUNT(*)
  FROM ended GROUP BY 1, 2
UNION ALL SELECT customer, clock || '.median',
       PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY spent)
  FROM ended WHERE state <> 'not_applicable' GROUP BY 1, 2
UNION ALL SELECT customer, clock || '.worst.' || priority, MAX(spent)
  FROM ended WHERE state <> 'not_applicable' GROUP BY 1, 2
UNION ALL SELECT customer, 'time.' || turn, SUM(hours) FROM turns GROUP BY 1, 2
UNION ALL SELECT customer, 'hours.given', SUM(support_real_hours) FROM time
 WHERE given GROUP BY 1
UNION ALL SELECT customer, 'hours.charged', SUM(unit_amount) FROM time
 WHERE so_line IS NOT NULL GROUP BY 1
UNION ALL SELECT customer, 'hours.covered', SUM(support_real_hours) FROM time
 WHERE so_line IS NULL AND NOT given GROUP BY 1
UNION ALL SELECT customer, 'hours.included', hours FROM included
UNION ALL SELECT customer, 'hours.included_used', hours FROM used
UNION ALL SELECT used.customer, 'hours.beyond',
       GREATEST(used.hours - COALESCE(included.hours, 0), 0)
  FROM used LEFT JOIN included ON included.customer = used.customer
UNION ALL SELECT customer, 'packs.bought', SUM(sold) FROM pack, month
 WHERE bought BETWEEN month.first AND month.last GROUP BY 1
UNION ALL SELECT customer, 'packs.used', SUM(used_within) FROM pack GROUP BY 1
UNION ALL SELECT customer, 'packs.left', SUM(sold - used) FROM pack, month
 WHERE bought <= month.last AND (ends IS NULL OR ends > month.last) AND sold > used
 GROUP BY 1
UNION ALL SELECT customer, 'packs.lost', SUM(sold - used) FROM pack, month
 WHERE ends BETWEEN month.first AND month.last AND bought <= month.last AND sold > used
 GROUP BY 1
UNION ALL SELECT ticket.customer, 'verdicts.' || event.kind, COUNT(*)
  FROM support_verdict_event event
  JOIN ticket ON ticket.id = event.ticket_id, month
 WHERE event.at BETWEEN month.start AND month.stop - INTERVAL '1 second'
   AND event.kind <> 'lapsed' GROUP BY 1, 2
UNION ALL SELECT ticket.customer, 'scope.' || action, COUNT(*)
  FROM support_conversion conversion
  JOIN ticket ON ticket.id = conversion.ticket_id, month
 WHERE converted_at >= month.start AND converted_at < month.stop GROUP BY 1, 2
UNION ALL SELECT customer, 'quotations.open_amount', SUM(amount) FROM quotation, month
 WHERE sent < month.stop AND (decided IS NULL OR decided >= month.stop) GROUP BY 1
UNION ALL SELECT customer, 'quotations.accepted', COUNT(*) FROM quotation, month
 WHERE outcome = 'accepted' AND decided >= month.start AND decided < month.stop
 GROUP BY 1
UNION ALL SELECT customer, 'quotations.lost', COUNT(*) FROM quotation, month
 WHERE outcome = 'refused' AND decided >= month.start AND decided < month.stop
 GROUP BY 1
UNION ALL SELECT customer, 'changes.' || kind, COUNT(DISTINCT id) FROM change
 WHERE kind IN ('asked', 'agreed', 'refused', 'applied') GROUP BY 1, 2
UNION ALL SELECT customer, 'bugs.reported', COUNT(*) FROM bug, month
 WHERE reported_on BETWEEN month.first AND month.last GROUP BY 1
UNION ALL SELECT customer, 'bugs.released', COUNT(*) FROM bug, month
 WHERE released_at >= month.start AND released_at < month.stop GROUP BY 1
UNION ALL SELECT customer, 'bugs.waiting', COUNT(*) FROM bug, month
 WHERE reported_on <= month.last
   AND (released_at IS NULL OR released_at >= month.stop)
   AND (refused_on IS NULL OR refused_on > month.last) GROUP BY 1
UNION ALL SELECT customer, 'ratings.' || said, COUNT(*) FROM rating GROUP BY 1, 2
"""
# What is looked at even where the query has no row: there is nothing then.
KEYS = (
    "requests.open_start",
    "requests.filed",
    "requests.back",
    "requests.closed",
    "requests.open_end",
    "requests.reopened",
    *(f"requests.priority.{priority}" for priority in "013"),
    *(
        f"{clock}.{state}{suffix}"
        for clock in ("response", "resolution")
        for state in ("met", "missed", "not_applicable")
        for suffix in ("", ".0", ".1", ".3")
    ),
    *(f"{clock}.median" for clock in ("response", "resolution")),
    *(
        f"{clock}.worst.{priority}"
        for clock in ("response", "resolution")
        for priority in "013"
    ),
    *(f"time.{turn}" for turn in ("us", "customer", "editor", "update", "third_party")),
    "hours.covered",
    "hours.charged",
    "hours.given",
    "hours.included",
    "hours.included_used",
    "hours.beyond",
    "packs.bought",
    "packs.used",
    "packs.left",
    "packs.lost",
    "verdicts.contested",
    "verdicts.upheld",
    "verdicts.overturned",
    "scope.quotation",
    "quotations.open_amount",
    "quotations.accepted",
    "quotations.lost",
    "changes.asked",
    "changes.agreed",
    "changes.refused",
    "changes.applied",
    "bugs.reported",
    "bugs.released",
    "bugs.waiting",
    "ratings.satisfied",
    "ratings.okay",
    "ratings.dissatisfied",
)


def count(cr, customers, first, last, pack_product):
    """Count the figures of a month.

    :param cr: cursor, on which ``SET_UP`` was run
    :param list[int] customers: ids
    :param date first: day of the month
    :param date last: likewise
    :param int pack_product: the product that sells packs
    :return: the values by customer and key
    :rtype: dict[tuple[int, str], float]
    """
    cr.execute(
        COUNT,
        {
            "customers": customers,
            "first": first,
            "last": last,
            "pack_product": pack_product,
        },
    )
    return {(customer, key): value for customer, key, value in cr.fetchall()}
