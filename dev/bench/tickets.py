# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Many tickets at once, written in SQL: a desk of two years, as desks are.

One in twenty-five is open, nearly all of them of the last weeks. Of those a fifth are
new, a fifth of them taken already; two in five are held, most by the customer; one in
ten is to be qualified. Three teams and six agents share them unevenly.

The same random numbers each time. A fifth of the clocks that run are late; nobody is
left to be told, as after a run of the notice job.
"""

# What of all tickets is open, as the reports say it.
OPEN_SHARE = "one in twenty-five"
# What each ticket is, before it is spread over the columns there are.
DRAWN = """
    CREATE TEMPORARY TABLE bench_drawn ON COMMIT DROP AS
    SELECT i, is_open, filed_at, now, luck, missed, kind, priority, deadline, scope,
           team,
           CASE WHEN kind = 'held' THEN
                CASE WHEN why < 0.6 THEN 'customer' WHEN why < 0.75 THEN 'editor'
                     WHEN why < 0.9 THEN 'third_party' ELSE 'update' END
           END AS party,
           CASE WHEN kind <> 'new' OR taken < 0.2 THEN
                -- The one that reads has a tenth of all.
                CASE WHEN who < 0.1 THEN 1 ELSE 2 + floor((who - 0.1) / 0.18)::int END
           END AS agent,
           CASE WHEN kind = 'done' AND taken < 0.2 THEN
                CASE WHEN why < 0.8 THEN 'satisfied' WHEN why < 0.92 THEN 'okay'
                     ELSE 'dissatisfied' END
           END AS satisfaction,
           CASE WHEN scope <> 'out_of_scope' THEN
                CASE WHEN scope = 'in_scope' THEN 'subscription' ELSE 'none' END
                WHEN why < 0.4 THEN 'none' WHEN why < 0.7 THEN 'hours_pack'
                ELSE 'full_support'
           END AS coverage,
           CASE WHEN is_open AND scope = 'out_of_scope' AND taken < 0.3 THEN
                CASE WHEN who < 0.1 THEN 1 ELSE 2 END
           END AS manager
      FROM (
        SELECT *,
               CASE WHEN is_open AND state < 0.20 THEN 'new'
                    WHEN is_open AND state < 0.60 THEN 'progress'
                    WHEN is_open THEN 'held'
                    WHEN state < 0.92 THEN 'done'
                    ELSE 'cancelled'
               END AS kind,
               CASE WHEN importance < 0.1 THEN '3'
                    WHEN importance < 0.7 THEN '1'
                    ELSE '0'
               END AS priority,
               CASE WHEN luck < 0.2
                    THEN now - interval '1 minute' - luck * interval '50 d'
                    ELSE now + interval '2 hours' + luck * interval '14 days'
               END AS deadline,
               luck < 0.1 AS missed,
               CASE WHEN verdict < CASE WHEN is_open THEN 0.1 ELSE 0.01 END
                    THEN 'to_qualify'
                    WHEN verdict > 0.85 THEN 'out_of_scope'
                    ELSE 'in_scope'
               END AS scope,
               CASE WHEN place < 0.6 THEN 1 WHEN place < 0.85 THEN 2 ELSE 3 END AS team
          FROM (
            SELECT i,
                   random() < CASE WHEN %(all_open)s THEN 1
                       WHEN i > %(count)s * 0.95 THEN 0.5
                       WHEN i > %(count)s * 0.75 THEN 0.06 ELSE 0.004 END AS is_open,
                   now() AT TIME ZONE 'UTC' AS now,
                   date_trunc('second', now() AT TIME ZONE 'UTC'
                       - (%(count)s - i + 1) * %(days)s * interval '1 day' / %(count)s
                   ) AS filed_at,
                   random() AS state, random() AS importance, random() AS luck,
                   random() AS why, random() AS taken, random() AS who,
                   random() AS verdict, random() AS place
              FROM generate_series(1, %(count)s) AS i
          ) AS dice
      ) AS drawn
"""
# Columns of the ticket by name; those that a database does not have are left out.
TICKET = {
    "id": "%(first)s + i",
    "create_uid": "%(agent)s",
    "create_date": "filed_at",
    "write_uid": "%(agent)s",
    "write_date": "filed_at",
    "number": "'HT' || (%(first)s + i)::text",
    "name": "'Request ' || i",
    "description": "'<p>The invoice cannot be printed.</p>'",
    "active": "i %% 50 <> 0 OR is_open",
    "sequence": "10",
    "priority": "priority",
    "company_id": "%(company)s",
    "team_id": "(%(teams)s)[team]",
    "user_id": "(%(agents)s)[agent]",
    "category_id": "%(category)s",
    "partner_id": "(%(contacts)s)[1 + i %% %(customers)s]",
    "commercial_partner_id": "(%(companies)s)[1 + i %% %(customers)s]",
    "partner_name": "'Contact ' || i %% %(customers)s",
    "stage_id": """CASE kind WHEN 'new' THEN %(new)s
        WHEN 'progress' THEN %(in_progress)s
        WHEN 'held' THEN %(awaiting)s WHEN 'done' THEN %(done)s
        ELSE %(cancelled)s END""",
    "unattended": "kind = 'new'",
    "last_stage_update": "filed_at + interval '1 hour'",
    "closed_date": "CASE WHEN NOT is_open THEN filed_at + interval '1 day' END",
    # Ours
    "filed_at": "filed_at",
    "claimed_priority": "priority",
    "subscription_id": "(%(subscriptions)s)[1 + i %% %(customers)s]",
    "support_plan_id": "%(plan)s",
    "scope": "scope",
    "scope_reason": """CASE scope WHEN 'to_qualify' THEN 'no_category'
        WHEN 'in_scope' THEN 'category_in_scope' ELSE 'category_out_of_scope' END""",
    "coverage": "coverage",
    "satisfaction": "satisfaction",
    "handover_user_id": "(%(agents)s)[manager]",
    "handed_over_at": """CASE WHEN manager IS NOT NULL
        THEN filed_at + interval '5 h' END""",
    "assignment_state": "CASE WHEN agent IS NULL AND i %% 4 = 0 THEN 'untaken' END",
    "response_state": """CASE WHEN kind = 'new' THEN 'ongoing'
        WHEN missed AND NOT is_open THEN 'missed' ELSE 'met' END""",
    "response_deadline": """CASE WHEN kind = 'new' THEN deadline
        ELSE filed_at + interval '1 day' END""",
    "response_ended_at": "CASE WHEN kind <> 'new' THEN filed_at + interval '1 h' END",
    "response_hours": "CASE WHEN kind <> 'new' THEN 1 ELSE 0 END",
    "response_risk_at": "CASE WHEN kind = 'new' THEN deadline - interval '5 h' END",
    "resolution_state": """CASE WHEN kind IN ('new', 'progress') THEN 'ongoing'
        WHEN kind = 'held' THEN 'held' WHEN kind = 'cancelled' THEN 'not_applicable'
        WHEN missed THEN 'missed' ELSE 'met' END""",
    "resolution_deadline": """CASE kind WHEN 'held' THEN NULL
        WHEN 'new' THEN deadline + interval '3 days' WHEN 'progress' THEN deadline
        ELSE filed_at + interval '3 days' END""",
    "resolution_ended_at": "CASE WHEN NOT is_open THEN filed_at + interval '1 day' END",
    "resolution_hours": "CASE WHEN NOT is_open THEN 8 ELSE 0 END",
    "resolution_breached_at": """CASE WHEN kind = 'progress' AND deadline < now
        THEN deadline WHEN kind = 'done' AND missed THEN filed_at + interval '3 d' END
    """,
    "resolution_risk_at": """CASE WHEN kind IN ('new', 'progress')
        THEN deadline - interval '5 hours' END""",
    # A third of what is in progress was asked about since it was answered.
    "turn": "CASE WHEN kind = 'held' THEN party WHEN is_open THEN 'us' END",
    "hold_party": "party",
    "hold_until": """CASE WHEN kind = 'held' AND i %% 5 = 0
        THEN now + interval '3 days' END""",
    "waiting_since": """CASE WHEN kind = 'new' THEN filed_at
        WHEN kind = 'progress' AND i %% 3 = 0 THEN filed_at + interval '3 h' END""",
    "next_response_state": "'none'",
    "next_response_hours": "0",
    "next_deadline": "CASE WHEN kind IN ('new', 'progress') THEN deadline END",
    "next_risk_at": """CASE WHEN kind IN ('new', 'progress')
        THEN deadline - interval '5 hours' END""",
    # Who had to be told was told: only what is still to come is left.
    "next_notice_at": """CASE WHEN kind IN ('new', 'progress') AND deadline > now
        THEN GREATEST(deadline - interval '5 hours', now + interval '1 hour') END""",
    "held_since": "CASE WHEN kind = 'held' THEN filed_at + interval '2 hours' END",
    "held_hours": "0",
    "reopen_count": "0",
}
FOLLOWERS = """
    INSERT INTO mail_followers (res_model, res_id, partner_id)
    SELECT 'helpdesk.ticket', %(first)s + i, (%(contacts)s)[1 + i %% %(customers)s]
      FROM bench_drawn
"""
EVENTS = """
    INSERT INTO support_ticket_event
           (ticket_id, at, kind, cause, party, clock, user_id)
    SELECT %(first)s + i, filed_at, 'filed', NULL, NULL, NULL, %(agent)s
      FROM bench_drawn
     UNION ALL
    SELECT %(first)s + i, filed_at + interval '1 h', 'answered', NULL, NULL, NULL,
           %(agent)s
      FROM bench_drawn WHERE kind <> 'new'
     UNION ALL
    SELECT %(first)s + i, filed_at + interval '2 h', 'hold', 'stage', party, NULL,
           %(agent)s
      FROM bench_drawn WHERE kind = 'held'
     UNION ALL
    SELECT %(first)s + i, filed_at + interval '3 h', 'asked', NULL, NULL, NULL,
           %(agent)s
      FROM bench_drawn WHERE kind = 'progress' AND i %% 3 = 0
     UNION ALL
    SELECT %(first)s + i, filed_at + interval '1 day',
           CASE WHEN kind = 'done' THEN 'solved' ELSE 'dismissed' END, 'stage', NULL,
           NULL, %(agent)s
      FROM bench_drawn WHERE NOT is_open
"""
# What else happens until a ticket is closed: talk, holds and who was told.
MORE_EVENTS = """
    INSERT INTO support_ticket_event
           (ticket_id, at, kind, cause, party, clock, user_id)
    SELECT %(first)s + i,
           LEAST(filed_at + interval '1 h' + line * interval '1 h', now),
           (ARRAY['asked', 'judged', 'answered', 'hold', 'resume', 'noticed'])[what],
           (ARRAY[NULL, CASE WHEN luck < 0.1 THEN 'missed' ELSE 'met' END, NULL,
                  'stage', 'stage', 'risk'])[what],
           CASE what WHEN 4 THEN 'customer' END,
           CASE what WHEN 2 THEN 'next_response' WHEN 6 THEN 'resolution' END,
           %(agent)s
      FROM (
        SELECT i, filed_at, now, luck,
               floor(random() * 2 * %(more)s + 0.5)::int AS lines
          FROM bench_drawn
      ) AS drawn,
           LATERAL generate_series(1, lines) AS line,
           LATERAL (SELECT 1 + (i + line) %% 6 AS what) AS turn
"""
OCA_SLA = """
    INSERT INTO helpdesk_ticket_sla
           (ticket_id, sla_id, deadline, hours, expected_stage_id, consumed_time,
            last_state_date, state)
    SELECT %(first)s + i, sla.id, drawn.deadline, sla.hours, sla.stage_id, 0, filed_at,
           CASE WHEN NOT is_open THEN 'accomplished' WHEN kind = 'held' THEN 'on_hold'
                ELSE 'in_progress' END
      FROM bench_drawn AS drawn, helpdesk_sla AS sla
"""


def insert_tickets(
    cr, desk, count, columns=None, log_lines=0, days=730, all_open=False
):
    """Insert tickets.

    :param cr: cursor in a transaction, committed by the caller
    :param dict desk: ids of what the tickets belong to
    :param int count: how many
    :param dict columns: of the ticket, by name, instead of those of ``TICKET``
    :param float log_lines: how many of them a ticket has on average, where that is more
        than what happens to each
    :param int days: within which they were filed
    :param bool all_open: whether each of them is, instead of the share that there is
    """
    cr.execute("SELECT COALESCE(MAX(id), 0) FROM helpdesk_ticket")
    values = {**desk, "count": count, "first": cr.fetchone()[0]}
    values.update(days=days, all_open=all_open)
    values["customers"] = len(desk["contacts"])
    cr.execute("SELECT setseed(0.19)")
    cr.execute(DRAWN, values)
    present = _get_columns(cr, "helpdesk_ticket")
    columns = {**TICKET, **(columns or {})}
    columns = {name: value for name, value in columns.items() if name in present}
    cr.execute(
        f"INSERT INTO helpdesk_ticket ({', '.join(columns)}) "
        f"SELECT {', '.join(columns.values())} FROM bench_drawn",
        values,
    )
    cr.execute(
        "SELECT setval('helpdesk_ticket_id_seq', (SELECT MAX(id) FROM helpdesk_ticket))"
    )
    cr.execute(FOLLOWERS, values)
    if _get_columns(cr, "support_ticket_event"):
        cr.execute(EVENTS, values)
        values["more"] = log_lines - cr.rowcount / count
        if values["more"] > 0:
            cr.execute(MORE_EVENTS, values)
    if _get_columns(cr, "helpdesk_ticket_sla"):
        cr.execute(OCA_SLA, values)


def _get_columns(cr, table):
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
        (table,),
    )
    return {name for (name,) in cr.fetchall()}
