# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.fields import Domain
from odoo.tools import split_every
from odoo.tools.translate import TranslationImporter, get_po_paths

BATCH_SIZE = 1000
DESK_MENU = "helpdesk_mgmt.helpdesk_ticket_dashboard_menu"
# Fields of the base that have another label here, pages of the base whose French we
# correct, and lists of the base that say what would be there (i18n_extra). At
# installation Odoo keeps the translations that there are, the
# base's.
RELABELED = {
    DESK_MENU,
    "helpdesk_mgmt.action_duplicate_ticket",
    "helpdesk_mgmt.field_helpdesk_ticket__tag_ids",
    "helpdesk_mgmt.field_helpdesk_ticket__user_id",
    "helpdesk_mgmt.helpdesk_my_tickets_action",
    "helpdesk_mgmt.helpdesk_ticket_action",
    "helpdesk_mgmt.helpdesk_ticket_category_action",
    "helpdesk_mgmt.helpdesk_ticket_channel_action",
    "helpdesk_mgmt.helpdesk_ticket_dashboard_action",
    "helpdesk_mgmt.helpdesk_ticket_reporting_action",
    "helpdesk_mgmt.helpdesk_ticket_stage_action",
    "helpdesk_mgmt.helpdesk_ticket_tag_action",
    "helpdesk_mgmt.helpdesk_ticket_tag_menu",
    "helpdesk_mgmt.helpdesk_ticket_team_action",
    "helpdesk_mgmt.portal_helpdesk_ticket_page",
    "helpdesk_mgmt.ticket_view_form",
    "helpdesk_mgmt.view_helpdesk_ticket_tag_form",
    "helpdesk_mgmt.view_helpdesk_ticket_tag_search",
    "omydoo_helpdesk.field_helpdesk_ticket__priority",
}
# The log of the tickets that were there before us, as far as the base recorded it.
HISTORY_SQL = (
    # What was computed at installation had no log: it is no result to keep.
    """
    UPDATE helpdesk_ticket
       SET filed_at = date_trunc('second', create_date),
           response_ended_at = NULL,
           resolution_ended_at = NULL
     WHERE id IN %(ids)s
    """,
    """
    INSERT INTO support_ticket_event (ticket_id, at, kind)
    SELECT id, filed_at, 'filed' FROM helpdesk_ticket WHERE id IN %(ids)s
    """,
)
# After the answers: an answer and a hold in one save count as an answer.
STAGE_SQL = """
    INSERT INTO support_ticket_event (ticket_id, at, kind, cause, party)
    SELECT ticket.id,
           COALESCE(ticket.closed_date, ticket.last_stage_update, ticket.write_date),
           CASE WHEN NOT stage.closed THEN 'hold'
                WHEN stage.sla_success THEN 'solved'
                ELSE 'dismissed'
           END,
           'stage',
           CASE WHEN NOT stage.closed THEN stage.hold_party END
      FROM helpdesk_ticket ticket
      JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
     WHERE ticket.id IN %(ids)s AND (stage.closed OR stage.holds_sla)
    """


# Computed for time on tickets only, of which there is none yet: without these columns
# Odoo would go through all analytic lines of the accounts.
TIME_SQL = """
    ALTER TABLE account_analytic_line
        ADD COLUMN IF NOT EXISTS support_charged_hours double precision,
        ADD COLUMN IF NOT EXISTS support_pack_id integer,
        ADD COLUMN IF NOT EXISTS ticket_partner_id integer
"""


def pre_init_hook(env):
    """Turn OCA's second-highest priority into high: there are three of them.

    And prepare the columns of the time on tickets.
    """
    env.cr.execute("UPDATE helpdesk_ticket SET priority = '3' WHERE priority = '2'")
    env.cr.execute(TIME_SQL)


def post_init_hook(env):
    """Take over what there already is: labels, and the log and clocks of tickets."""
    translate_labels(env)
    env["sale.order.line"]._silence_pack_alerts()
    env["support.conversion"]._take_over()
    env["helpdesk.ticket.stage"]._take_over_mails()
    tickets = (
        env["helpdesk.ticket"]
        .with_context(active_test=False)
        .search(Domain("event_ids", "=", False))
    )
    if not tickets:
        return
    env.flush_all()
    for query in HISTORY_SQL:
        env.cr.execute(query, {"ids": tuple(tickets.ids)})
    _log_answers(env, tickets)
    env.cr.execute(STAGE_SQL, {"ids": tuple(tickets.ids)})
    env.invalidate_all()
    # A closed ticket was promised nothing; an open one has what its customer's
    # subscription promised on the day of filing.
    closed = tickets.filtered("closed")
    if closed:
        # Not by write(), which would log that a promise had changed.
        env.cr.execute(
            "UPDATE helpdesk_ticket SET subscription_id = NULL WHERE id IN %s",
            [tuple(closed.ids)],
        )
        closed.invalidate_recordset(["subscription_id"])
        closed.modified(["subscription_id"])
    still_open = tickets - closed
    env.add_to_compute(tickets._fields["subscription_id"], still_open)
    still_open.modified(["subscription_id"])
    tickets.modified(["event_ids"])
    env.flush_all()


def _log_answers(env, tickets):
    """Note what was answered and asked, in batches for the memory's sake."""
    for ids in split_every(BATCH_SIZE, tickets.ids):
        batch = env["helpdesk.ticket"].browse(ids)
        env["support.ticket.event"]._log(batch._sla_prepare_log(batch._find_talk()))
        env.invalidate_all()


def translate_labels(env, module="omydoo_helpdesk", xmlids=None):
    """Replace the translations of the base's labels and pages by those of ours.

    :param str module: whose translations are loaded
    :param set xmlids: of what, by default all that this addon relabels
    """
    xmlids = xmlids or RELABELED
    importer = TranslationImporter(env.cr, verbose=False)
    for lang, _name in env["res.lang"].get_installed():
        for path in get_po_paths(module, lang):
            importer.load_file(path, lang, xmlids=xmlids)
    importer.save(force_overwrite=True)


def uninstall_hook(env):
    """Leave the tickets of our stages in one that stays, and the base's own rule.

    The extension pg_trgm stays: Odoo's own indexes use it from then on.
    """
    env.cr.execute(
        "DROP FUNCTION IF EXISTS support_fold(text), support_fold_html(text) CASCADE"
    )
    # On columns of the base's, Odoo keeps what nobody asks for any more.
    env.cr.execute("DROP INDEX IF EXISTS helpdesk_ticket__duplicate_id_index")
    env.cr.execute(
        "ALTER TABLE helpdesk_ticket ALTER COLUMN partner_id SET STATISTICS -1,"
        " ALTER COLUMN commercial_partner_id SET STATISTICS -1"
    )
    restore_menus(env)
    rule = env.ref("helpdesk_mgmt.helpdesk_ticket_rule_portal", False)
    if rule:
        rule.active = True
    # Reasons that tickets have are not deleted otherwise.
    env.cr.execute("UPDATE helpdesk_ticket SET hold_reason_id = NULL")
    names = ("helpdesk_ticket_stage_taken_over", "helpdesk_ticket_stage_silence")
    stages = [env.ref(f"omydoo_helpdesk.{name}", False) for name in names]
    ours = [stage.id for stage in stages if stage]
    cancelled = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled", False)
    if ours and cancelled:
        env.cr.execute(
            "UPDATE helpdesk_ticket SET stage_id = %s WHERE stage_id IN %s",
            (cancelled.id, tuple(ours)),
        )


def restore_menus(env):
    """Give the base's entry that shows where the day starts its own action again."""
    menu = env.ref(DESK_MENU, False)
    action = env.ref("helpdesk_mgmt.helpdesk_ticket_dashboard_action", False)
    if menu and action:
        menu.action = action
        menu.with_context(lang="en_US").name = "Dashboard"
        env.flush_all()
        translate_labels(env, "helpdesk_mgmt", {DESK_MENU})
