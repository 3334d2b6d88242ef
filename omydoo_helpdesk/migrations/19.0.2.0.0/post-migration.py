# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the data of 19.0.1.0.0 lack for what 19.0.2.0.0 asks of them."""

import logging

from lxml import etree

from odoo import SUPERUSER_ID, api, fields
from odoo.tools import SQL, file_open, split_every

from odoo.addons.omydoo_helpdesk.const import HOLD_PARTIES
from odoo.addons.omydoo_helpdesk.hooks import translate_labels
from odoo.addons.omydoo_helpdesk.tools.working_time import ZERO

_logger = logging.getLogger(__name__)

# The mails that 19.0.1.0.0 had, and where they are now
MAILS = {
    "mail_template_conversion": "conversion/support_conversion_data.xml",
    "mail_template_receipt_charter": "charter/support_charter_mail_data.xml",
    "mail_template_charter": "charter/support_charter_mail_data.xml",
    "mail_template_pack_alert": "time/support_time_data.xml",
}
# What the new text needs besides itself
MAIL_FIELDS = ("subject", "lang", "email_from")
MARK_SQL = """
    UPDATE product_template template
       SET is_support_pack = TRUE
     WHERE is_support_pack IS NOT TRUE
       AND (template.support_pack_months > 0
            OR EXISTS (
                SELECT 1
                  FROM product_product product
                  JOIN sale_order_line line ON line.product_id = product.id
                  JOIN account_analytic_line hours ON hours.so_line = line.id
             LEFT JOIN helpdesk_ticket ticket ON ticket.task_id = hours.task_id
                 WHERE product.product_tmpl_id = template.id
                   AND line.qty_delivered_method = 'timesheet'
                   AND (hours.ticket_id IS NOT NULL OR ticket.id IS NOT NULL)
            ))
 RETURNING template.id
"""
# Tickets that have waited for more than one party.
HELD_SQL = """
    SELECT ticket_id
      FROM support_ticket_event
     WHERE kind = 'hold'
     GROUP BY ticket_id
    HAVING COUNT(DISTINCT party) > 1
     ORDER BY ticket_id
"""
HELD_HOURS_SQL = """
    UPDATE helpdesk_ticket ticket
       SET held_hours_customer = held.customer,
           held_hours_editor = held.editor,
           held_hours_third_party = held.third_party,
           held_hours_update = held.update
      FROM (VALUES %s) AS held(id, customer, editor, third_party, update)
     WHERE held.id = ticket.id
"""
BATCH_SIZE = 1000
# What ended the agreement was that a contact took it back, and nothing since.
WITHDRAWN_SQL = """
    UPDATE support_production_change change
       SET state = 'withdrawn'
     WHERE state = 'refused'
       AND 'withdrawn' = (
            SELECT event.kind
              FROM support_change_event event
             WHERE event.change_id = change.id
               AND event.kind IN
                   ('agreed', 'phone', 'refused', 'withdrawn', 'disputed')
          ORDER BY event.id DESC
             LIMIT 1
       )
"""
# The thread says of a message without words that it was removed.
SENT_SQL = """
    UPDATE mail_message message
       SET body = '<p>' || REPLACE(REPLACE(REPLACE(
               subject, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') || '</p>'
     WHERE message_type = 'email_outgoing'
       AND model = 'helpdesk.ticket'
       AND COALESCE(body, '') = ''
       AND subject <> ''
       AND EXISTS (SELECT FROM mail_mail WHERE mail_message_id = message.id)
"""


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    _mark_packs(env)
    # That a pack has ended is told now; of those that ended before, nobody needs it.
    env["sale.order.line"]._silence_pack_alerts(("ended",))
    # What subscriptions are is kept from now on; before, they were what they are today.
    env["support.subscription.term"]._take_over()
    _renew_mails(env)
    cr.execute(SQL(WITHDRAWN_SQL))
    cr.execute(SQL(SENT_SQL))
    _count_held_hours(env)
    # Stages send our mails where they sent OCA's, which greet the agent. An edited
    # template of OCA's is kept, and so is the choice of whoever took it off.
    env["helpdesk.ticket.stage"]._take_over_mails()
    # The base's French on pages of which we correct it (i18n_extra).
    translate_labels(env)


def _mark_packs(env):
    """Say which products are support packs, and what credit notes took back of them.

    Until now every prepaid hour was one. Marked are the products whose hours tickets
    have used, and those with a validity, which only packs have; the others are marked
    by hand.
    """
    env.flush_all()
    marked = [template_id for (template_id,) in env.execute_query(SQL(MARK_SQL))]
    env.invalidate_all()
    templates = env["product.template"].browse(marked)
    _logger.info("Support packs: %s", ", ".join(templates.mapped("display_name")))
    # Credited, or counted in hundredths of another unit than the hour.
    hour = env["sale.order.line"]._get_hour_unit()
    lines = env["sale.order.line"].search(
        [
            "|",
            ("support_pack_credited_qty", "!=", 0),
            "&",
            ("product_id.is_support_pack", "=", True),
            ("product_uom_id", "!=", hour.id),
        ]
    )
    env.add_to_compute(lines._fields["remaining_hours"], lines)
    env.flush_all()


def _count_held_hours(env):
    """Count for whom tickets waited that waited for several, by their log.

    In the hours of their plan as they are today; and not by writing, which would run
    all clocks again.
    """
    env.flush_all()
    ids = [ticket_id for (ticket_id,) in env.execute_query(SQL(HELD_SQL))]
    now = fields.Datetime.now()
    for batch in split_every(BATCH_SIZE, ids):
        tickets = env["helpdesk.ticket"].browse(batch)
        results = tickets._sla_run_clocks(tickets._sla_read_log(now), now)
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s)",
                ticket.id,
                *(
                    results[ticket][1].held.get(party, ZERO).total_seconds() / 3600
                    for party, _label in HOLD_PARTIES
                ),
            )
            for ticket in tickets
        ]
        env.cr.execute(SQL(HELD_HOURS_SQL, SQL(", ").join(rows)))
        env.invalidate_all()


def _renew_mails(env):
    """Give the mails that there were the words and the look of the others.

    Templates are never updated, so that they can be edited; who has edited one keeps
    it, which is rendered with the same values as before.
    """
    for name, path in MAILS.items():
        template = env.ref(f"omydoo_helpdesk.{name}", raise_if_not_found=False)
        if not template or template.write_uid.id != SUPERUSER_ID:
            continue
        with file_open(f"omydoo_helpdesk/data/{path}", "rb") as file:
            record = etree.parse(file).xpath("//record[@id=$name]", name=name)[0]
        texts = {
            field: (record.findtext(f"field[@name='{field}']") or "").strip()
            for field in MAIL_FIELDS
        }
        body = record.find("field[@name='body_html']")
        texts["body_html"] = "".join(
            etree.tostring(node, encoding="unicode") for node in body
        )
        _write_mail(env, template, {key: text for key, text in texts.items() if text})


def _write_mail(env, template, texts):
    """Write a template without the other languages.

    They would keep the words of before: they are loaded after this.
    """
    env.flush_all()
    for field, text in texts.items():
        is_translated = template._fields[field].translate
        value = (
            SQL("jsonb_build_object('en_US', %s::text)", text)
            if is_translated
            else SQL("%s", text)
        )
        env.execute_query(
            SQL(
                "UPDATE mail_template SET %s = %s WHERE id = %s RETURNING id",
                SQL.identifier(field),
                value,
                template.id,
            )
        )
    env.invalidate_all()
