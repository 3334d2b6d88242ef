# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Render the mails of the desk to HTML files, as the customer gets them.

Run by Odoo's shell (dev/mails), which gives ``env``; nothing is kept in the database.
"""

import os
from pathlib import Path

from odoo.addons.omydoo_helpdesk.const import MAIL_LAYOUT

TEMPLATES = ("received", "stage", "priority", "scope", "closed")


def render(ticket, name, lang):
    """Return a mail of a ticket as a page.

    :param ticket: recordset of helpdesk.ticket
    :param str name: the end of the template's xml id
    :param str lang: code of the language of its contact
    """
    ticket.partner_id.lang = lang
    template = env.ref(f"omydoo_helpdesk.mail_template_{name}")  # noqa: F821
    mail_id = template.send_mail(ticket.id, email_layout_xmlid=MAIL_LAYOUT)
    return str(env["mail.mail"].browse(mail_id).body_html)  # noqa: F821


def prepare():
    """Return an open ticket, of a customer with a plan if there is one."""
    tickets = env["helpdesk.ticket"].search(  # noqa: F821
        [("partner_id", "!=", False), ("stage_id.closed", "=", False)], order="id"
    )
    ticket = tickets.filtered("support_plan_id")[:1] or tickets[:1]
    if not ticket:
        partners = env["res.partner"]  # noqa: F821
        partner = partners.create(
            {"name": "Jeanne Martin", "email": "jeanne@example.com"}
        )
        ticket = tickets.create(
            {
                "name": "The invoice cannot be printed",
                "description": "<p>It says: error.</p>",
                "partner_id": partner.id,
            }
        )
    return ticket


def decide_and_answer(ticket):
    """Change the priority of a ticket, with a reason, and answer it."""
    # In superuser mode: nobody is told of what is only shown.
    ticket.sudo().write(
        {
            "claimed_priority": ticket.claimed_priority or "3",
            "priority": "1",
            "priority_reason": "Invoices can be printed from another computer.",
        }
    )
    ticket.message_post(
        body="The printer's address had changed: it is set, and invoices are printed.",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        author_id=env.ref("base.partner_admin").id,  # noqa: F821
    )


def main():
    folder = Path(os.environ["MAILS"])
    folder.mkdir(parents=True, exist_ok=True)
    ticket = prepare()
    closed = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")  # noqa: F821
    languages = [code for code, _name in env["res.lang"].get_installed()]  # noqa: F821
    for name in TEMPLATES:
        if name == "stage":
            decide_and_answer(ticket)
        if name == "closed":
            ticket.with_context(support_auto_reply=True).stage_id = closed
        for lang in languages:
            path = folder / f"{name}-{lang}.html"
            path.write_text(render(ticket, name, lang))
            print(path)
    env.cr.rollback()  # noqa: F821


main()
