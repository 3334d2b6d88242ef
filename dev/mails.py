# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Render all mails of the desk to HTML files, as the customer gets them.

Run by Odoo's shell (dev/mails), which gives ``env``, on the demo database; nothing is
kept in it. An index shows them in each language, with their subjects.
"""

import os
from datetime import timedelta
from html import escape
from pathlib import Path

from odoo import fields

from odoo.addons.omydoo_helpdesk.const import MAIL_LAYOUT
from odoo.addons.omydoo_helpdesk.tools.change_moves import (
    MOVES,
    RECEIPTS,
    TOLD_TO_CONTACTS,
)

# In the order of a request's life; those of a ticket that need no more than it.
OPEN = ("received", "receipt_charter", "priority", "scope", "stage", "awaiting")
CHANGE_ORDER = ("asked", "question", "agreed", "refused", "withdrawn", "phone")
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/><title>Mails of the desk</title>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<style>body{{font-family:sans-serif;margin:1rem auto;max-width:60rem}}
td{{padding:.3rem;border-top:1px solid #ddd;vertical-align:top}}
td{{overflow-wrap:anywhere}}</style></head>
<body><h1>Mails of the desk</h1><table>{rows}</table></body></html>
"""


def take(action):
    """Return the last mail that an action makes.

    :param callable action: to be called
    :return: the mail
    :rtype: recordset of mail.mail
    """
    mails = env["mail.mail"]  # noqa: F821
    before = mails.search([], order="id desc", limit=1).id
    action()
    env.flush_all()  # noqa: F821
    mail = mails.search([("id", ">", before)], order="id desc", limit=1)
    if not mail:
        raise ValueError("no mail was made")
    return mail


def send(name, record, **context):
    """Return an action that sends a template about a record."""
    template = env.ref(f"omydoo_helpdesk.mail_template_{name}")  # noqa: F821
    return lambda: template.with_context(**context).send_mail(
        record.id, email_layout_xmlid=MAIL_LAYOUT
    )


def find_ticket():
    """Return an open ticket of a customer with a plan."""
    ticket = env["helpdesk.ticket"].search(  # noqa: F821
        [
            ("partner_id.email", "!=", False),
            ("stage_id.closed", "=", False),
            ("support_plan_id", "!=", False),
            ("response_deadline", "!=", False),
        ],
        order="id desc",
        limit=1,
    )
    ticket.sudo().write(
        {
            "claimed_priority": "3",
            "priority": "1",
            "priority_reason": "Les factures s’impriment depuis un autre poste.",
        }
    )
    return ticket


def answer(ticket):
    """Have an agent answer."""
    agent = env.ref("base.user_admin")  # noqa: F821
    ticket.with_user(agent).message_post(
        body="L’adresse de l’imprimante avait changé : elle est corrigée, et les "
        "factures s’impriment.",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        partner_ids=ticket.partner_id.ids,
    )


def answer_with_macro(ticket):
    """Have an agent answer with a macro."""
    env["support.macro.send"].with_user(  # noqa: F821
        env.ref("base.user_admin")  # noqa: F821
    ).create(
        {
            "ticket_id": ticket.id,
            "macro_id": env.ref("omydoo_helpdesk.support_macro_how_to").id,  # noqa: F821
            "stage_id": ticket.stage_id.id,
        }
    ).action_send()


def hold(ticket, reason):
    """Have a ticket wait for two weeks, told outside of a stage."""
    ticket._put_on_hold(
        env.ref(f"omydoo_helpdesk.support_hold_reason_{reason}"),  # noqa: F821
        fields.Datetime.now() + timedelta(days=14),
    )


def split(ticket):
    """Make a ticket of its own of what the customer writes besides."""
    message = ticket.message_post(
        author_id=ticket.partner_id.id,
        body="Une autre chose : où change-t-on le texte au pied des devis ?",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )
    ticket._split(message, {"name": "Le texte au pied des devis"})


def tell_change(change, kind, state, partner, note):
    """Return an action that tells a contact of a change, as it is after that."""

    def tell():
        change.sudo()._write_guarded({"state": state})
        change._send_mails(kind, partner, note)

    return tell


def list_mails(ticket):
    """Yield the name of each mail, with what makes it, in an order that can be read.

    :param ticket: of the customer who reads them
    """
    partner = ticket.partner_id
    asked = {
        "is_required": True,
        "previous": False,
        "signatories": partner,
        "may_accept": True,
    }
    for name in OPEN:
        yield name, send(name, ticket, support_charter_request=asked)
    yield "answer", lambda: answer(ticket)
    yield "macro", lambda: answer_with_macro(ticket)
    yield "hold", lambda: hold(ticket, "third_party")
    yield "awaiting_by_reason", lambda: hold(ticket, "answer")
    yield "reminder", send("reminder", ticket)
    yield "silence", send("silence", ticket)
    other = ticket.search(
        [("partner_id", "=", partner.id), ("id", "!=", ticket.id)], limit=1
    )
    yield "merged", lambda: other.write({"duplicate_id": ticket.id})
    yield "split", lambda: split(ticket)
    for way in env["support.conversion"]._get_ways():  # noqa: F821
        context = {"support_conversion": way, "support_hours": 2.5}
        yield f"conversion_{way}", send("conversion", ticket, **context)
    bug = env["support.upstream.bug"].search(  # noqa: F821
        [("company_id", "=", ticket.company_id.id)], limit=1
    )
    ticket.with_context(tracking_disable=True).upstream_bug_id = bug
    yield "bug_known", send("bug_known", ticket)
    mails = env["mail.mail"]  # noqa: F821
    for name, tickets in (
        ("bug_released", ticket),
        (
            "bug_released_several",
            ticket | ticket.search([("partner_id", "=", partner.id)], limit=3),
        ),
    ):
        yield (
            name,
            lambda tickets=tickets: mails.create(
                bug._prepare_release_mail(partner.email, tickets)
            ),
        )
    update = env["support.update"].search([], limit=1)  # noqa: F821
    yield (
        "update_done",
        lambda: mails.create(update._prepare_news_mail(partner, partner.email)),
    )
    change = env["support.production.change"].search(  # noqa: F821
        [("state", "=", "awaiting")], limit=1
    ) or env["support.production.change"].search([], limit=1)  # noqa: F821
    kinds = RECEIPTS | TOLD_TO_CONTACTS
    rest = sorted(kinds.difference(CHANGE_ORDER))
    for kind in (*CHANGE_ORDER, *rest):
        note = "Qui vérifie les factures après ?" if kind in RECEIPTS else ""
        state = next(iter(MOVES[kind].values()))
        yield f"change_{kind}", tell_change(change, kind, state, partner, note)
    pack = env["sale.order.line"].search(  # noqa: F821
        [("support_pack_end_date", "!=", False), ("remaining_hours", ">", 0)], limit=1
    )
    pack.order_partner_id.lang = partner.lang
    for kind in ("used", "end", "ended"):
        yield f"pack_{kind}", lambda kind=kind: pack._tell_pack_customer(kind)
    order = env["sale.order"].search(  # noqa: F821
        [("ticket_ids", "!=", False), ("state", "=", "sent")], limit=1
    )
    order.partner_id.lang = partner.lang
    yield "quotation", send("quotation", order)
    yield "charter", send("charter", partner)
    yield "closed", send("closed", ticket)


def main():
    folder = Path(os.environ["MAILS"])
    folder.mkdir(parents=True, exist_ok=True)
    closed = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")  # noqa: F821
    rows = {}
    for code, _name in env["res.lang"].get_installed():  # noqa: F821
        ticket = find_ticket()
        ticket.partner_id.lang = code
        for name, action in list_mails(ticket):
            if name == "closed":
                # Quietly: its own mail is the one that is made below.
                ticket.with_context(support_auto_reply=True).stage_id = closed
            mail = take(action)
            path = folder / f"{name}-{code}.html"
            path.write_text(str(mail.body_html))
            rows.setdefault(name, []).append(
                f'<td><a href="{path.name}">{code}</a>'
                f" {escape(mail.subject or '')}</td>"
            )
        env.cr.rollback()  # noqa: F821
        env.invalidate_all()  # noqa: F821
    index = folder / "index.html"
    index.write_text(
        PAGE.format(
            rows="\n".join(
                f"<tr><td>{name}</td>{''.join(cells)}</tr>"
                for name, cells in rows.items()
            )
        )
    )
    print(f"{sum(map(len, rows.values()))} mails: {index}")


main()
