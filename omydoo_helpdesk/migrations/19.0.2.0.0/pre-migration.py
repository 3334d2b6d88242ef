# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# Whom a ticket waits for is stored now. Odoo would run the clocks of all tickets for
# it; here it is read off the log, for those that are held: the party of a hold
# that nothing has resumed, of the stage first, then of what the customer is asked.
HOLD_PARTY_SQL = """
    ALTER TABLE helpdesk_ticket ADD COLUMN IF NOT EXISTS hold_party varchar;
    UPDATE helpdesk_ticket ticket
       SET hold_party = hold.party
      FROM (
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
      ) hold
     WHERE hold.ticket_id = ticket.id AND ticket.resolution_state = 'held'
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
    cr.execute(HELD_HOURS_SQL)
    cr.execute(GONE_VIEWS_SQL, (GONE_VIEWS,))
