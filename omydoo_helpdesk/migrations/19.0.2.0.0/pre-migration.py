# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# The party of a hold that nothing has resumed, of the stage first, then of what the
# customer is asked.
OPEN_HOLDS = """
        SELECT DISTINCT ON (event.ticket_id) event.ticket_id, event.party
          FROM support_ticket_event event
         WHERE event.kind = 'hold'
           AND NOT EXISTS (
               SELECT 1
                 FROM support_ticket_event later
                WHERE later.ticket_id = event.ticket_id
                  AND later.cause IS NOT DISTINCT FROM event.cause
                  AND later.kind IN ('hold', 'resume')
                  AND (later.at, later.id) > (event.at, event.id)
           )
         ORDER BY event.ticket_id, event.cause = 'stage' DESC,
                  event.party = 'customer' DESC, event.at, event.id
"""
# Whom a ticket waits for is stored now. Odoo would run the clocks of all tickets for
# it; here it is read off the log, for those that are held.
HOLD_PARTY_SQL = f"""
    ALTER TABLE helpdesk_ticket ADD COLUMN IF NOT EXISTS hold_party varchar;
    UPDATE helpdesk_ticket ticket
       SET hold_party = hold.party
      FROM ({OPEN_HOLDS}) hold
     WHERE hold.ticket_id = ticket.id AND ticket.resolution_state = 'held'
"""

# Whose turn it is, and the clock of the next response, which no plan promises yet: a
# default fills the column of a table of any size at once.
NEXT_RESPONSE_SQL = """
    ALTER TABLE helpdesk_ticket
        ADD COLUMN IF NOT EXISTS turn varchar,
        ADD COLUMN IF NOT EXISTS waiting_since timestamp,
        ADD COLUMN IF NOT EXISTS next_response_deadline timestamp,
        ADD COLUMN IF NOT EXISTS next_response_state varchar DEFAULT 'none',
        ADD COLUMN IF NOT EXISTS next_response_ended_at timestamp,
        ADD COLUMN IF NOT EXISTS next_response_hours double precision DEFAULT 0,
        ADD COLUMN IF NOT EXISTS next_response_breached_at timestamp,
        ADD COLUMN IF NOT EXISTS next_response_risk_at timestamp;
    ALTER TABLE helpdesk_ticket
        ALTER COLUMN next_response_state DROP DEFAULT,
        ALTER COLUMN next_response_hours DROP DEFAULT
"""
IS_OPEN = """
    ticket.active AND ticket.duplicate_id IS NULL AND (
        SELECT stage.closed
          FROM helpdesk_ticket_stage stage
         WHERE stage.id = ticket.stage_id
    ) IS NOT TRUE
"""
# The head of the family of firms that a contact belongs to.
ROOT = """
    (WITH RECURSIVE above AS (
        SELECT partner.id, partner.parent_id
          FROM res_partner partner
         WHERE partner.id = {partner}
     UNION ALL
        SELECT partner.id, partner.parent_id
          FROM res_partner partner
          JOIN above ON above.parent_id = partner.id
    )
    SELECT id FROM above WHERE parent_id IS NULL)
"""
# What the customers of open tickets wrote after the last answer, as the log notes it
# from now on: see _is_answer_to_customer and _is_answer_of_customer of the ticket. The
# filing of those that were never answered is in the log.
QUESTIONS_SQL = f"""
    WITH message AS (
        SELECT message.id, ticket.id AS ticket_id, ticket.commercial_partner_id,
               ticket.partner_email, message.date, message.author_id,
               message.email_from,
               message.is_internal IS TRUE OR subtype.internal IS TRUE AS is_note,
               message.author_id = ticket.partner_id AS is_contact,
               EXISTS (
                   SELECT 1
                     FROM res_users employee
                    WHERE employee.partner_id = message.author_id
                      AND employee.share IS NOT TRUE
               ) AS is_employee
          FROM helpdesk_ticket ticket
          JOIN mail_message message
            ON message.model = 'helpdesk.ticket' AND message.res_id = ticket.id
     LEFT JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
         WHERE {IS_OPEN}
           AND message.message_type IN ('comment', 'email')
           AND message.author_id IS DISTINCT FROM (
               SELECT partner_id FROM res_users WHERE id = 1
           )
    ), answer AS (
        SELECT ticket_id, max(at) AS at
          FROM (
            SELECT ticket_id, at FROM support_ticket_event WHERE kind = 'answered'
         UNION ALL
            SELECT ticket_id, date
              FROM message
             WHERE is_employee AND NOT is_note AND is_contact IS NOT TRUE
          ) answers
      GROUP BY ticket_id
    )
    INSERT INTO support_ticket_event (ticket_id, at, kind, cause)
    SELECT message.ticket_id, message.date, 'asked', message.id::text
      FROM message
      JOIN answer ON answer.ticket_id = message.ticket_id AND message.date > answer.at
     WHERE NOT (is_employee AND (is_note OR is_contact IS NOT TRUE))
       AND CASE
           WHEN message.author_id IS NOT NULL
           THEN {ROOT.format(partner="message.author_id")}
                = {ROOT.format(partner="message.commercial_partner_id")}
           ELSE position(lower(message.partner_email) IN lower(message.email_from)) > 0
           END
  ORDER BY message.date
"""
TURN_SQL = f"""
    WITH talk AS (
        SELECT ticket.id,
               CASE WHEN EXISTS (
                        SELECT 1
                          FROM support_ticket_event event
                         WHERE event.ticket_id = ticket.id AND event.kind = 'answered'
                    )
                    THEN (
                        SELECT min(event.at)
                          FROM support_ticket_event event
                         WHERE event.ticket_id = ticket.id AND event.kind = 'asked'
                    )
                    ELSE ticket.filed_at
               END AS waiting_since
          FROM helpdesk_ticket ticket
         WHERE {IS_OPEN}
    )
    UPDATE helpdesk_ticket ticket
       SET waiting_since = talk.waiting_since,
           turn = CASE WHEN talk.waiting_since IS NULL AND hold.party IS NOT NULL
                       THEN hold.party
                       ELSE 'us'
                  END
      FROM talk
 LEFT JOIN ({OPEN_HOLDS}) hold ON hold.ticket_id = talk.id
     WHERE talk.id = ticket.id
"""
# Hours on hold by party are stored now. Where a ticket has waited for one party only,
# which is nearly always, they are the hours on hold that there are; those of the others
# are counted anew once all is loaded (see post-migration).
HELD_HOURS_SQL = """
    ALTER TABLE helpdesk_ticket
        ADD COLUMN IF NOT EXISTS held_hours_customer double precision DEFAULT 0,
        ADD COLUMN IF NOT EXISTS held_hours_editor double precision DEFAULT 0,
        ADD COLUMN IF NOT EXISTS held_hours_third_party double precision DEFAULT 0,
        ADD COLUMN IF NOT EXISTS held_hours_update double precision DEFAULT 0;
    ALTER TABLE helpdesk_ticket
        ALTER COLUMN held_hours_customer DROP DEFAULT,
        ALTER COLUMN held_hours_editor DROP DEFAULT,
        ALTER COLUMN held_hours_third_party DROP DEFAULT,
        ALTER COLUMN held_hours_update DROP DEFAULT;
    UPDATE helpdesk_ticket ticket
       SET held_hours_customer = hold.customer * ticket.held_hours,
           held_hours_editor = hold.editor * ticket.held_hours,
           held_hours_third_party = hold.third_party * ticket.held_hours,
           held_hours_update = hold.update * ticket.held_hours
      FROM (
        SELECT ticket_id,
               (MIN(party) = 'customer')::int AS customer,
               (MIN(party) = 'editor')::int AS editor,
               (MIN(party) = 'third_party')::int AS third_party,
               (MIN(party) = 'update')::int AS update
          FROM support_ticket_event
         WHERE kind = 'hold'
         GROUP BY ticket_id
        HAVING COUNT(DISTINCT party) = 1
      ) hold
     WHERE hold.ticket_id = ticket.id AND ticket.held_hours > 0
"""

# Extended pages whose parts stand in another order now: what takes their place is
# loaded while they are still there. Odoo deletes them at the end of the update.
GONE_VIEWS = ("portal_ticket_page",)
GONE_VIEWS_SQL = """
    UPDATE ir_ui_view view
       SET active = FALSE
      FROM ir_model_data data
     WHERE data.model = 'ir.ui.view'
       AND data.res_id = view.id
       AND data.module = 'omydoo_helpdesk'
       AND data.name IN %s
"""


def migrate(cr, version):
    """Prepare what Odoo would compute of everything, and forget what was counted.

    How much customers filed within the last day is counted another way: a row was a
    person's count, and is now a thing that was sent.
    """
    cr.execute("DELETE FROM support_filing_counter")
    cr.execute(HOLD_PARTY_SQL)
    cr.execute(NEXT_RESPONSE_SQL)
    cr.execute(QUESTIONS_SQL)
    cr.execute(TURN_SQL)
    cr.execute(HELD_HOURS_SQL)
    # Another index has its place, by which lists are sorted too (Odoo keeps both).
    cr.execute("DROP INDEX IF EXISTS helpdesk_ticket__scope_index")
    cr.execute(GONE_VIEWS_SQL, (GONE_VIEWS,))
