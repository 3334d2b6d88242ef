# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Half a year of a support desk, lived through the code that is on the path.

Runs with the code of a released version, on its demo data: a thousand tickets with all
that happens to tickets. The same each time, by a clock and random numbers of its own.
Usage: fill.py CONF DATABASE
"""

import base64
import random
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from process import open_env

from odoo import Command, fields
from odoo.tests import Form

START = datetime(2026, 1, 5, 8)
# Told in this many histories that are taken over, the others are lived here.
IMPORTED = 760
LIVED = 260
ORIGIN = {"ip_address": "192.0.2.17", "user_agent": "Firefox"}
TITLES = (
    "La facture ne s’imprime plus",
    "Écart d’inventaire après le transfert",
    "Le devis perd sa remise",
    "Nouvel export pour le comptable",
    "Relance envoyée deux fois",
    "Former deux personnes à l’achat",
)
MAIL = (
    "From: {sender}\nTo: support@example.com\nSubject: Re: {name}\n"
    "Message-Id: <upgrade-{number}@customer.example>\nIn-Reply-To: {answered}\n"
    "Date: {date}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    "Merci, voici la suite.\n"
)


class Desk:
    def __init__(self, env, clock):
        self.env = env
        self.clock = clock
        self.random = random.Random(19)
        self.number = 0

    def ref(self, name):
        return self.env.ref(name if "." in name else f"omydoo_helpdesk.{name}")

    def go_to(self, moment):
        """Let it be a moment, once what is pending is written as of before."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.clock.move_to(moment)
        # The clock of the transaction too, of which create_date is made.
        self.env.cr.now = lambda: moment

    def stage(self, name):
        return self.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")

    def post(self, ticket, user, **vals):
        return ticket.with_user(user).message_post(
            message_type="comment", subtype_xmlid="mail.mt_comment", **vals
        )

    # === THE DESK === #

    def set_up(self):
        """Find who is there, and what they have."""
        names = ("alice", "karim", "paul", "marie")
        self.alice, self.karim, self.paul, self.marie = (
            self.ref(f"res_users_{name}_demo") for name in names
        )
        self.agents = self.alice + self.karim
        self.customers = self.ref("res_users_camille_demo").browse()
        for name in ("camille", "thomas", "yann", "ines", "sophie"):
            self.customers |= self.ref(f"res_users_{name}_demo")
        self.team = self.ref("helpdesk_ticket_team_demo")
        self.categories = self.env["helpdesk.ticket.category"].search([])
        self.modules = self.env["support.custom.module"].search([])
        self.applications = self.env["support.application"].search([])
        self.subscriptions = self.env["sale.subscription"].search(
            [("support_plan_id", "!=", False)]
        )
        # The demo’s run for a year since half a year before today.
        self.subscriptions.write({"date_start": "2025-12-15"})
        self.env.company.write(
            {
                "support_time_rounding": 10,
                "support_time_minimum": 20,
                "support_reopen_days": 21,
                "support_phone": "+33 1 99 00 12 34",
                "support_file_types": "pdf, png, txt",
                "support_consent_days": 5,
                "support_pack_alert_percent": 75,
            }
        )
        self.env["ir.default"].set("helpdesk.ticket", "environment", "production")

    def prepare(self, customer, **vals):
        """Return the values of a ticket of a customer, drawn."""
        draw = self.random
        vals = {
            "name": draw.choice(TITLES),
            "description": f"<p>Bonjour, c’est la demande {self.number}. "
            f"<b>{draw.choice(TITLES)}</b>.</p>",
            "partner_id": customer.partner_id.id,
            "team_id": self.team.id,
            "category_id": draw.choice(self.categories).id
            if draw.random() < 0.9
            else False,
            "claimed_priority": draw.choices("310", (1, 6, 3))[0],
            "application_id": draw.choice(self.applications).id,
            "user_id": draw.choice(self.agents).id if draw.random() < 0.8 else False,
            **vals,
        }
        vals["priority"] = vals["claimed_priority"]
        own = self.modules.filtered(
            lambda module: module.partner_id
            == customer.partner_id.commercial_partner_id
        )
        if own and draw.random() < 0.3:
            vals["custom_module_id"] = draw.choice(own).id
        self.number += 1
        return vals

    # === HISTORIES THAT ARE TAKEN OVER === #

    def import_tickets(self):
        """Take over the tickets of another desk, as its integrator would."""
        moment = START + timedelta(days=150)
        self.go_to(moment)
        stages = ("new", "in_progress", "awaiting", "done", "cancelled", "rejected")
        vals_list, histories = [], []
        for _number in range(IMPORTED):
            stage = self.random.choices(stages, (1, 2, 2, 8, 1, 1))[0]
            filed = START + timedelta(minutes=self.random.randrange(150 * 24 * 60))
            customer = self.random.choice(self.customers)
            vals_list.append(self.prepare(customer, stage_id=self.stage(stage).id))
            histories.append(self.prepare_history(stage, filed, moment))
        tickets = self.env["helpdesk.ticket"].with_context(tracking_disable=True)
        tickets = tickets.create(vals_list)
        tickets._sla_import_history(histories)
        return tickets

    def prepare_history(self, stage, filed, end):
        """Draw what happened to a ticket until it came to its stage."""
        events = [{"kind": "filed", "at": filed}]

        def add(kind, hours, **vals):
            at = events[-1]["at"] + timedelta(hours=hours * self.random.random() * 2)
            if at < end:
                events.append({"kind": kind, "at": at, **vals})

        if stage != "new":
            add("answered", 5)
        while self.random.random() < 0.4:
            add("hold", 10, cause="stage", party="customer")
            add("resume", 30, cause="stage")
        if stage in ("done", "cancelled", "rejected"):
            kind = "solved" if stage == "done" else "dismissed"
            while self.random.random() < 0.2:
                add(kind, 20, cause="stage")
                add("reopened", 90, cause="stage")
            add(kind, 30, cause="stage")
        elif stage == "awaiting":
            add("hold", 10, cause="stage", party="customer")
        return events

    # === TICKETS THAT LIVE HERE === #

    def live(self):
        """Let half a year pass: one event after the other, of all tickets."""
        moments = []
        for index in range(LIVED):
            filed = START + timedelta(minutes=self.random.randrange(170 * 24 * 60))
            moments.append((filed, index, "file"))
        tickets = {}
        jobs = {START + timedelta(days=day): "job" for day in range(7, 178, 7)}
        moments += [(at, -1, name) for at, name in jobs.items()]
        while moments:
            moments.sort()
            at, index, step = moments.pop(0)
            self.go_to(at)
            if step == "job":
                self.run_jobs()
                continue
            if step == "file":
                tickets[index] = self.file()
            else:
                getattr(self, f"step_{step}")(tickets[index])
            following = self.draw_next(step, index)
            if following:
                hours = 0.2 + self.random.expovariate(1 / 9)
                moments.append((at + timedelta(hours=hours), index, following))
        return self.env["helpdesk.ticket"].union(*tickets.values())

    def draw_next(self, step, index):
        """Return what happens next to a ticket, if anything does."""
        choices = {
            "file": "answer answer answer priority scope time call convert",
            "answer": "customer hold solve time bug note convert",
            "priority": "answer hold",
            "scope": "answer convert",
            "time": "solve answer hold",
            "call": "answer",
            "note": "solve hold",
            "hold": "mail customer solve cancel",
            "customer": "answer solve",
            "mail": "answer solve",
            "solve": "rate reopen mail correct end end",
            "reopen": "answer solve cancel",
        }
        if step not in choices or (index % 9 == 0 and step == "file"):
            return None
        choice = self.random.choice(choices[step].split())
        return None if choice == "end" else choice

    def file(self):
        customer = self.random.choice(self.customers)
        tickets = self.env["helpdesk.ticket"].with_context(mail_notify_author=False)
        return tickets.create(self.prepare(customer)).with_context(clean=True)

    def agent(self, ticket):
        return ticket.user_id or self.alice

    def customer(self, ticket):
        return ticket.partner_id.user_ids[:1]

    def step_answer(self, ticket):
        files = [("capture.txt", b"Ce que nous voyons")] if ticket.id % 5 == 0 else None
        self.post(ticket, self.agent(ticket), body="Nous regardons.", attachments=files)
        if ticket.id % 3 == 0:
            ticket.with_user(self.agent(ticket)).stage_id = self.stage("in_progress")

    def step_customer(self, ticket):
        # In sudo mode because the portal's controller posts so, once it has checked.
        ticket.sudo().message_post(
            author_id=ticket.partner_id.id,
            body="Voici le numéro : S00042.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("ecran.txt", f"Écran de {ticket.number}".encode())],
        )

    def step_mail(self, ticket):
        self.number += 1
        message = ticket.message_ids.filtered("message_id")[:1]
        mail = MAIL.format(
            sender=ticket.partner_id.email,
            name="demande",
            number=self.number,
            answered=message.message_id,
            date=fields.Datetime.now().strftime("%a, %d %b %Y %H:%M:%S +0000"),
        )
        self.env["mail.thread"].message_process(
            "helpdesk.ticket", mail.encode(), thread_id=ticket.id
        )

    def step_note(self, ticket):
        ticket.with_user(self.agent(ticket)).message_post(body="Vu avec Paul.")
        ticket.with_user(self.agent(ticket)).activity_schedule(
            "mail.mail_activity_data_todo", summary="Rappeler", user_id=self.alice.id
        )

    def step_hold(self, ticket):
        ticket.with_user(self.agent(ticket)).stage_id = self.stage("awaiting")

    def step_solve(self, ticket):
        ticket.with_user(self.agent(ticket)).stage_id = self.stage("done")

    def step_cancel(self, ticket):
        ticket.with_user(self.agent(ticket)).stage_id = self.stage("cancelled")

    def step_reopen(self, ticket):
        ticket.with_user(self.agent(ticket)).stage_id = self.stage("in_progress")

    def step_rate(self, ticket):
        token = ticket._rating_get_access_token()
        ticket.rating_apply(
            self.random.choice((1, 3, 5)), token=token, feedback="Réponse rapide"
        )

    def step_correct(self, ticket):
        if ticket.response_state in ("met", "missed"):
            ticket.with_user(self.marie)._sla_correct("response", "met", "Appelé avant")

    def step_priority(self, ticket):
        ticket.with_user(self.agent(ticket)).write(
            {
                "priority": "3" if ticket.priority != "3" else "1",
                "priority_reason": "Les ventes sont à l’arrêt",
            }
        )

    def step_scope(self, ticket):
        scope = "in_scope" if ticket.scope != "in_scope" else "out_of_scope"
        ticket.with_user(self.agent(ticket))._override_scope(scope, "Vu ensemble")

    def step_call(self, ticket):
        self.post(ticket, self.agent(ticket), body="Comme dit au téléphone.")

    def step_time(self, ticket):
        self.env["account.analytic.line"].with_user(self.agent(ticket)).create(
            {
                "ticket_id": ticket.id,
                "name": "Analyse",
                "support_customer_note": "Recherche de la cause",
                "date": fields.Date.today(),
                "support_real_hours": self.random.choice((0.1, 0.5, 1.25)),
                "support_no_charge": ticket.id % 7 == 0,
                "support_no_charge_reason": "Notre erreur" if ticket.id % 7 == 0 else 0,
            }
        )

    def step_bug(self, ticket):
        ticket.with_user(self.agent(ticket)).upstream_bug_id = self.bugs[ticket.id % 3]

    def step_convert(self, ticket):
        """Convert into what can be, and let the customer decide on a quotation."""
        wizard = ticket.with_user(self.paul).action_convert()
        form = Form(
            self.env[wizard["res_model"]]
            .with_user(self.paul)
            .with_context(**wizard["context"])
        )
        if form.obstacle:
            return
        if ticket.coverage not in ("hours_pack", "full_support"):
            form.action = "project" if ticket.id % 3 == 0 else "quotation"
        form.hours = 3
        record = form.save()
        if record.obstacle:
            return
        record.action_convert()
        order = ticket.sale_order_ids[:1]
        if order and ticket.id % 4:
            order = order.with_user(self.paul).with_context(mail_notrack=True)
            order.action_quotation_sent()
            if ticket.id % 4 == 1:
                order.with_context(send_email=False).action_confirm()
            elif ticket.id % 4 == 2:
                order.with_context(support_refusal="Trop cher")._action_cancel()

    # === WHAT HAPPENS BESIDE THE TICKETS === #

    def run_jobs(self):
        """Run the jobs of the night, each with the right to commit."""
        self.env["helpdesk.ticket"]._cron_sla_notices()
        self.env["sale.order"]._cron_support_expired()
        self.env["support.production.change"]._cron_expire()
        due = [("state", "=", "planned"), ("scheduled_at", "<", fields.Datetime.now())]
        self.env["support.update"].search(due).with_user(self.marie).action_done()
        self.env["support.upstream.bug"]._cron_release()

    def sell_packs(self):
        """Sell packs of hours, so that some tickets are covered by them."""
        self.go_to(START)
        pack = self.ref("product_hours_pack_demo")
        for number, customer in enumerate(self.customers[:3]):
            order = self.env["sale.order"].create(
                {
                    "partner_id": customer.partner_id.commercial_partner_id.id,
                    "user_id": self.marie.id,
                    "order_line": [
                        Command.create(
                            {"product_id": pack.id, "product_uom_qty": 10 + number}
                        )
                    ],
                }
            )
            order.with_context(send_email=False, mail_notrack=True).action_confirm()

    def register_bugs(self):
        """Register known bugs, of which one is repaired by a weekly update."""
        self.bugs = self.env["support.upstream.bug"].with_user(self.alice)
        for kind in ("core", "generic", "core"):
            self.bugs += self.bugs.create(
                {"name": f"Erreur connue ({kind})", "kind": kind}
            )
        self.env["support.update"].create({"scheduled_at": START + timedelta(days=60)})
        self.bugs[1].action_plan_next_update()

    def accept_charter(self):
        """Let customers accept the charter, and its next version."""
        acceptances = self.env["support.charter.acceptance"]
        charter = self.env["support.charter"]._get_published(self.env.company)
        self.env.company.support_charter_acceptance = "person"
        for number, user in enumerate(self.customers):
            lang = "fr_FR" if number % 2 == 0 else "en_US"
            acceptances._accept(charter.sudo(), user, lang, **ORIGIN)
        charter.with_user(self.marie).action_new_version()
        following = charter.search([("state", "=", "draft")], limit=1)
        following.section_ids[:1].body = "<p>Nous répondons plus vite.</p>"
        following.with_user(self.marie).action_publish()
        acceptances._accept(following.sudo(), self.customers[0], "fr_FR", **ORIGIN)

    def name_change(self, end):
        """Return the title of a change that comes to such an end."""
        return f"Changement « {end} »"

    def change_production(self, tickets):
        """Take changes to every state there is.

        :param tickets: of contacts who may agree to changes
        """
        camille = self.ref("res_partner_camille_demo")
        ends = ("draft", "awaiting", "agreed", "refused", "withdrawn", "applied")
        ends += ("undone", "cancelled", "question")
        for end, ticket in zip(ends, tickets, strict=False):
            now = fields.Datetime.now()
            change = self.env["support.production.change"].create(
                {
                    "name": self.name_change(end),
                    "ticket_id": ticket.id,
                    "database": "delorme-prod",
                    "description": "Remplacer la taxe de 12 articles.",
                    "reason": "La TVA est fausse.",
                    "risk": "Les devis en cours changent.",
                    "rollback": "Remettre l’ancienne taxe.",
                    "approver_ids": [Command.set(camille.ids)],
                    "backup_by": "desk",
                    "backup_at": now - timedelta(hours=3),
                    "restore_by": "Le support",
                    "user_id": self.karim.id,
                }
            )
            if end == "draft":
                continue
            self.env["support.production.test"].create(
                {
                    "change_id": change.id,
                    "tested_at": now - timedelta(hours=1),
                    "is_passed": True,
                    "note": "Totaux comparés",
                }
            )
            change = change.with_user(self.karim)
            change.action_confirm_backup()
            change.action_ask()
            # In sudo mode because the customer answers through the portal's controller.
            asked = change.sudo()
            shown = asked._get_text_hash("fr_FR")
            if end == "refused":
                asked._refuse(camille, shown, "fr_FR", "Pas cette semaine", ORIGIN)
            elif end == "question":
                asked._ask_question(camille, "Combien de temps ?", ORIGIN)
            elif end == "cancelled":
                change.action_cancel()
            elif end != "awaiting":
                asked._agree(camille, shown, "fr_FR", "Camille Roussel", ORIGIN)
            if end == "withdrawn":
                asked._withdraw(camille, "Nous clôturons", ORIGIN)
            if end in ("applied", "undone"):
                change.action_apply("Fait, totaux vérifiés")
            if end == "undone":
                change.action_undo("Un devis restait faux")

    def attach(self, tickets):
        """Put files on tickets, without a message."""
        self.env["ir.attachment"].with_user(self.alice).create(
            [
                {
                    "name": f"piece-{ticket.id}.txt",
                    "datas": base64.b64encode(b"piece %d" % ticket.id),
                    "res_model": "helpdesk.ticket",
                    "res_id": ticket.id,
                }
                for ticket in tickets
            ]
        )


@contextmanager
def no_post_office(env):
    """Keep every mail from leaving: they count as sent."""
    server = type(env["ir.mail_server"])
    with (
        patch.object(server, "_connect__", lambda *args, **kwargs: None),
        patch.object(
            server, "send_email", lambda self, message, **kwargs: message["Message-Id"]
        ),
    ):
        yield


def main():
    with open_env() as env, no_post_office(env), freeze_time(START) as clock:
        desk = Desk(env, clock)
        desk.set_up()
        desk.sell_packs()
        desk.register_bugs()
        desk.accept_charter()
        desk.live()
        imported = desk.import_tickets()
        camille = desk.ref("res_partner_camille_demo")
        theirs = imported.filtered(
            lambda ticket: ticket.partner_id == camille and not ticket.closed
        )
        desk.go_to(START + timedelta(days=175))
        desk.change_production(theirs)
        desk.attach(imported[:20])
        desk.run_jobs()
        env.flush_all()
        env.cr.precommit.run()
        tickets = env["helpdesk.ticket"].with_context(active_test=False)
        print(f"{tickets.search_count([])} tickets")


if __name__ == "__main__":
    main()
