# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A year of a support desk, up to now, in the demo database: to look at its screens.

Four tickets in five have a history that is told, as of tickets taken over from another
desk, with their messages; the others live it, with all that follows from it.
The same each time but for the day on which it ends. Usage: year.py CONF DATABASE
"""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import year_words as words
from fill import no_post_office
from freezegun import freeze_time
from process import open_env
from year_people import DAYS, NOW, START, People

from odoo import fields
from odoo.exceptions import UserError

TOLD = 1050
LIVED = 260
PARIS = ZoneInfo("Europe/Paris")
DONE_KEY = "omydoo_dev.year"


class Life:
    """What happened to a ticket whose history is told.

    :param year: gives the random numbers and the hours of work
    :param datetime filed: when it was
    :param hours: to an answer, on average
    """

    def __init__(self, year, filed, hours):
        self.year = year
        self.random = year.random
        self.age = NOW - filed
        self.hours = hours
        self.events = [{"kind": "filed", "at": filed}]
        self.talk = []  # who, what, when, number of files

    def add(self, kind, mean, **event):
        """Let something happen some hours later, unless that is still to come."""
        hours = self.random.expovariate(1 / mean)
        at = self.events[-1]["at"] + timedelta(hours=hours)
        if kind != "asked":
            at = self.year.office(at)
        if at < NOW:
            self.events.append({"kind": kind, "at": at, **event})
        return at < NOW

    def say(self, author, lines, file_rate):
        body = self.random.choice(lines)
        has_file = self.random.random() < file_rate
        self.talk.append((author, body, self.events[-1]["at"], has_file))

    def ask(self):
        if self.add("asked", 14):
            self.say("customer", words.REPLIES, 0.2)

    def answer(self):
        if not self.add("answered", self.hours):
            return False
        self.say("agent", words.ANSWERS, 0.1)
        return True

    def draw_stage(self):
        """Let it all happen; return the stage that it comes to."""
        if self.age < timedelta(days=60) and self.random.random() < 0.01:
            return "new"
        if not self.answer():
            return "new"
        while self.random.random() < 0.55:
            if self.random.random() < 0.45:
                self.ask()
                if self.age > timedelta(days=12) or self.random.random() < 0.6:
                    self.answer()
            elif self.add("hold", 6, cause="stage", party="customer"):
                forgotten = self.age < timedelta(days=20) and self.random.random() < 0.3
                if forgotten or not self.add("resume", 30, cause="stage"):
                    return "awaiting"
        return self.draw_end()

    def draw_end(self):
        stage = self.random.choices(("done", "cancelled", "rejected"), (92, 6, 2))[0]
        kind = "solved" if stage == "done" else "dismissed"
        while self.add(kind, 12, cause="stage"):
            if self.random.random() > 0.07 or not self.add(
                "reopened", 40, cause="stage"
            ):
                return stage
        return "in_progress"


class Year(People):
    # === WHAT THEY ASK === #

    def office(self, moment, slack=9):
        """Return a moment of work soon after another one.

        :param int slack: hours of the day that are worked
        """
        local = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(PARIS)
        opening = timedelta(minutes=self.random.randrange(10, 150))
        if local.hour >= 8 + slack:
            local = local.replace(hour=8, minute=0) + timedelta(days=1) + opening
        elif local.hour < 8:
            local = local.replace(hour=8, minute=0) + opening
        while local.weekday() > 4:
            local = local.replace(hour=8, minute=0) + timedelta(days=1) + opening
        moment = local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        return moment.replace(second=0, microsecond=0)

    def draw_moment(self, recent=0.0):
        """Draw when something is asked; customers write at night, too."""
        days = 35 if self.random.random() < recent else DAYS
        moment = NOW - timedelta(minutes=self.random.randrange(days * 24 * 60))
        if self.random.random() < 0.93:
            moment = self.office(moment, 11)
        return min(moment, NOW - timedelta(minutes=self.random.randrange(5, 240)))

    def prepare(self, number):
        """Draw what a customer asks."""
        draw = self.random
        firm = draw.choices(list(self.weights), self.weights.values())[0]
        contact = draw.choice(self.contacts[firm])
        kind = draw.choices(list(words.KINDS), words.KINDS.values())[0]
        possible = [line for line in words.REQUESTS if not kind or line[0] == kind]
        _kind, application, subject, request = draw.choice(possible)
        if draw.random() < 0.03:
            subject = words.LONG_SUBJECT
        facts = {
            "number": f"S{draw.randrange(100, 9000):05d}",
            "person": draw.choice(self.contacts[firm]).name,
        }
        paragraphs = [f"Bonjour, {request[0].lower()}{request[1:]}", "Merci d’avance."]
        if draw.random() < 0.06:
            paragraphs = words.LONG_REQUEST
        priority = draw.choices("310", (8, 60, 32))[0]
        agreed = "1" if priority == "3" and draw.random() < 0.35 else priority
        vals = {
            "number": number,
            "name": subject.format(**facts),
            "description": "".join(f"<p>{p.format(**facts)}</p>" for p in paragraphs),
            "partner_id": contact.id,
            "team_id": self.team.id,
            "category_id": self.kinds[kind].id if kind else False,
            "claimed_priority": priority,
            "priority": priority,
            "application_id": self.ref(f"support_application_{application}").id,
            "user_id": draw.choice(self.agents).id if draw.random() < 0.9 else False,
        }
        if priority == "3":
            vals["blocking_what"] = "La facturation et les expéditions du jour."
            vals["blocking_who"] = "Toute l’équipe du magasin."
        if agreed != priority:
            vals["priority"] = agreed
            vals["priority_reason"] = "Une autre caisse fonctionne, la vente continue."
        own = self.modules.filtered(
            lambda module: module.partner_id == contact.commercial_partner_id
        )
        if own and draw.random() < 0.15:
            vals["custom_module_id"] = draw.choice(own).id
        return vals

    # === HISTORIES THAT ARE TOLD === #

    def tell(self, filings):
        """Take over what happened to most tickets, with what was written.

        :param list filings: moment and number of each
        """
        self.go_to(NOW)
        vals_list, histories, talks = [], [], []
        for filed, number in filings:
            vals = self.prepare(number)
            history, talk, stage = self.draw_history(filed, vals)
            if stage != "new" and not vals["user_id"]:
                vals["user_id"] = self.random.choice(self.agents).id
            vals["stage_id"] = self.stage(stage).id
            vals_list.append(vals)
            histories.append(history)
            talks.append(talk)
        tickets = self.env["helpdesk.ticket"].with_context(
            tracking_disable=True, mail_create_nolog=True, support_auto_reply=True
        )
        tickets = tickets.create(vals_list)
        tickets._sla_import_history(histories)
        self.tell_talks(tickets, talks)
        self.tell_time(tickets, histories)
        self.env.flush_all()
        return tickets

    def draw_history(self, filed, vals):
        """Draw what happened to a ticket: its events, messages, and where it is."""
        life = Life(self, filed, {"3": 1, "1": 4, "0": 9}[vals["priority"]])
        stage = life.draw_stage()
        return life.events, life.talk, stage

    def tell_talks(self, tickets, talks):
        """Write what was said, as of when it was; and put files to it."""
        comment = self.ref("mail.mt_comment").id
        vals_list, files = [], []
        for ticket, talk in zip(tickets, talks, strict=True):
            agent = ticket.user_id or self.alice
            for author, body, at, file_count in talk:
                partner = (
                    ticket.partner_id if author == "customer" else agent.partner_id
                )
                vals_list.append(
                    {
                        "model": ticket._name,
                        "res_id": ticket.id,
                        "author_id": partner.id,
                        "email_from": partner.email_formatted,
                        "reply_to": False,
                        "record_name": ticket.name,
                        "date": at,
                        "message_type": "comment",
                        "subtype_id": comment,
                        "body": f"<p>{body}</p>",
                    }
                )
                files.append(file_count)
        messages = self.env["mail.message"].create(vals_list)
        for message, count in zip(messages, files, strict=True):
            if count:
                ticket = tickets.browse(message.res_id)
                message.attachment_ids = self.make_files(ticket, int(count))

    def make_files(self, ticket, count):
        return self.env["ir.attachment"].create(
            [
                {
                    "name": f"capture d’écran {ticket.number} ({number + 1}).txt",
                    "raw": b"Ce que l'ecran disait, %d" % number,
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                }
                for number in range(count)
            ]
        )

    def tell_time(self, tickets, histories):
        """Log the time of half of them, on the days on which they were answered."""
        by_agent = {}
        for ticket, history in zip(tickets, histories, strict=True):
            for event in history:
                if event["kind"] == "answered" and self.random.random() < 0.4:
                    vals = self.prepare_time(ticket, event["at"].date())
                    by_agent.setdefault(ticket.user_id, []).append(vals)
        for agent, vals_list in by_agent.items():
            self.env["account.analytic.line"].with_user(agent or self.alice).create(
                vals_list
            )

    def prepare_time(self, ticket, day):
        name, note = self.random.choice(words.WORK)
        free = self.random.random() < 0.06
        return {
            "ticket_id": ticket.id,
            "name": name,
            "support_customer_note": note,
            "date": day,
            "support_real_hours": self.random.choice((0.1, 0.25, 0.4, 0.75, 1.5)),
            "support_no_charge": free,
            "support_no_charge_reason": "Notre erreur" if free else False,
        }

    # === TICKETS THAT LIVE === #

    def live_year(self, filings):
        """Let the year pass for the others: one event after the other."""
        moments = [(at, index, "file") for index, (at, _number) in enumerate(filings)]
        days = sorted({*range(7, DAYS - 20, 14), *range(DAYS - 20, DAYS)})
        moments += [(START + timedelta(days=day, hours=3), -1, "job") for day in days]
        moments += [
            (NOW - timedelta(days=days), index, "release")
            for index, days in ((0, 160), (2, 90), (3, 9))
        ]
        tickets = {}
        while moments:
            moments.sort()
            at, index, step = moments.pop(0)
            if at >= NOW:
                continue
            self.go_to(at)
            if step == "job":
                self.run_jobs()
                continue
            if step == "release":
                self.release_bug(self.bugs[index])
                continue
            if step == "file":
                tickets[index] = self.file(filings[index][1])
            else:
                self.take_step(step, tickets[index])
            following = self.draw_next(step, index)
            is_old = NOW - at > timedelta(days=40)
            if is_old and not following and self.is_open(tickets[index]):
                # Nobody is forgotten for a year.
                following = "solve" if tickets[index].response_ended_at else "answer"
            if following:
                hours = 0.2 + self.random.expovariate(1 / 9)
                moment = at + timedelta(hours=hours)
                if following not in ("customer", "mail", "rate"):
                    moment = self.office(moment)
                moments.append((moment, index, following))
        self.go_to(NOW)
        return self.env["helpdesk.ticket"].union(*tickets.values())

    def take_step(self, step, ticket):
        """Let something happen to a ticket; what the desk refuses, nobody does."""
        try:
            with self.env.cr.savepoint():
                getattr(self, f"step_{step}")(ticket)
        except UserError:
            # Drawn all the same: neither did it happen, nor does it matter.
            return

    def draw_next(self, step, index):
        choices = {
            "file": "answer answer answer answer macro priority scope convert",
            "answer": "customer hold solve solve time bug note convert wait hand",
            "macro": "customer solve hold",
            "priority": "answer hold",
            "scope": "answer convert hand",
            "time": "solve solve answer hold",
            "note": "solve hold",
            "hold": "mail customer end solve cancel",
            "wait": "customer end",
            "customer": "answer solve answer split",
            "split": "answer",
            "mail": "answer solve",
            "solve": "rate rate rate mail merge end end end",
            "reopen": "answer solve",
            "rate": "end end end reopen",
        }
        choice = self.random.choice(choices.get(step, "end").split())
        return None if choice == "end" else choice

    def file(self, number):
        vals = self.prepare(number)
        tickets = self.env["helpdesk.ticket"].with_context(mail_notify_author=False)
        ticket = tickets.create(vals)
        if ticket.id % 13 == 0:
            self.make_files(ticket, 1 + ticket.id % 4)
        return ticket.with_context(clean=True)

    def is_open(self, ticket):
        return not (ticket.stage_id.closed or ticket.duplicate_id)

    def step_answer(self, ticket):
        self.post(ticket, self.agent(ticket), body=self.random.choice(words.ANSWERS))
        if not ticket.user_id:
            ticket.user_id = self.alice
        if ticket.stage_id == self.stage("new"):
            ticket.with_user(self.agent(ticket)).stage_id = self.stage("in_progress")

    def step_macro(self, ticket):
        agent = self.agent(ticket)
        wizard = self.env["support.macro.send"].with_user(agent)
        macro = self.random.choice(("taken_in_charge", "ask_steps", "how_to"))
        wizard.create(
            {"ticket_id": ticket.id, "macro_id": self.ref(f"support_macro_{macro}").id}
        ).action_send()

    def step_customer(self, ticket):
        # In sudo mode because the portal's controller posts so, once it has checked.
        ticket.sudo().message_post(
            author_id=ticket.partner_id.id,
            body=self.random.choice(words.REPLIES),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("ecran.txt", f"Écran de {ticket.number}".encode())]
            if ticket.id % 4 == 0
            else None,
        )

    def step_note(self, ticket):
        ticket.with_user(self.agent(ticket)).message_post(
            body=self.random.choice(words.NOTES)
        )

    def step_hold(self, ticket):
        if not self.is_open(ticket):
            return
        name = self.random.choice(("answer", "answer", "test", "editor", "third_party"))
        until = fields.Datetime.now() + timedelta(days=self.random.randrange(2, 20))
        ticket.with_user(self.agent(ticket))._put_on_hold(
            self.ref(f"support_hold_reason_{name}"),
            until if self.random.random() < 0.4 else False,
        )

    step_wait = step_hold

    def step_split(self, ticket):
        message = ticket.message_ids.filtered(
            lambda message: message.author_id == ticket.partner_id
        )[:1]
        agent = ticket.with_user(self.agent(ticket))
        if message and not agent._get_split_obstacle(message):
            agent._split(message, {"name": "Le texte au pied des devis"})

    def step_merge(self, ticket):
        """Find that somebody else of the customer’s had asked the same."""
        if ticket.duplicate_id:
            return
        other = ticket.search(
            [
                ("commercial_partner_id", "=", ticket.commercial_partner_id.id),
                ("id", "!=", ticket.id),
                ("duplicate_id", "=", False),
                ("stage_id.closed", "=", False),
            ],
            limit=1,
        )
        if other and self.is_open(other):
            self.env["helpdesk.ticket.duplicate.wizard"].with_user(self.marie).create(
                {"ticket_id": other.id, "duplicate_of_id": ticket.id}
            ).action_confirm()

    def step_rate(self, ticket):
        value = self.random.choices((5, 3, 1), (7, 2, 1))[0]
        satisfaction = {5: "satisfied", 3: "okay", 1: "dissatisfied"}[value]
        # In sudo mode as the portal's controller, once it has checked the access.
        ticket.sudo()._rate_as(
            ticket.partner_id, satisfaction, self.random.choice(words.FEEDBACK[value])
        )

    def step_time(self, ticket):
        self.env["account.analytic.line"].with_user(self.agent(ticket)).create(
            self.prepare_time(ticket, fields.Date.today())
        )

    def step_bug(self, ticket):
        bug = self.bugs[ticket.id % len(self.bugs)]
        if not bug.released_at and self.is_open(ticket):
            ticket.with_user(self.agent(ticket)).upstream_bug_id = bug

    def step_hand(self, ticket):
        """Hand a ticket that is out of scope over to a project manager."""
        if not self.is_open(ticket) or ticket.scope != "out_of_scope":
            return
        wizard = (
            self.env["helpdesk.ticket.handover"]
            .with_user(self.agent(ticket))
            .create({"ticket_ids": ticket.ids, "user_id": self.paul.id})
        )
        if not wizard.obstacle:
            wizard.action_hand_over()

    def step_convert(self, ticket):
        if self.is_open(ticket):
            super().step_convert(ticket)

    def release_bug(self, bug):
        """Have a known bug repaired: by the weekly update, or by the editor."""
        if bug.kind == "generic":
            update = self.env["support.update"].create(
                {"scheduled_at": fields.Datetime.now() + timedelta(days=2)}
            )
            update._plan(bug)
        else:
            bug.action_release()

    def run_jobs(self):
        super().run_jobs()
        self.env["helpdesk.ticket"]._cron_hold_ends()
        self.env["helpdesk.ticket"]._cron_silence()
        self.env["sale.order.line"]._cron_pack_alerts()
        self.env["mail.message.schedule"]._send_notifications_cron()

    # === AND BESIDE === #

    def name_change(self, end):
        return words.CHANGES[hash_of(end) % len(words.CHANGES)]

    def rate_told(self, tickets):
        """Have a third of the customers say what they think of what was closed."""
        for ticket in tickets.filtered("closed_date").sorted("closed_date"):
            if ticket.stage_id.closed and self.random.random() < 0.3:
                moment = ticket.closed_date + timedelta(hours=self.random.random() * 40)
                if moment < NOW:
                    self.go_to(moment)
                    self.step_rate(ticket)
        self.go_to(NOW)

    def finish(self, told):
        """Let happen now what is still to be seen."""
        camille = self.ref("res_partner_camille_demo")
        theirs = told.filtered(
            lambda ticket: ticket.commercial_partner_id == camille.parent_id
            and self.is_open(ticket)
        )
        closed = told.filtered(
            lambda ticket: ticket.partner_id == camille and not self.is_open(ticket)
        )
        self.change_production((theirs + closed)[:9])
        if theirs:
            self.make_files(theirs[0], 25)
        self.bugs.filtered(
            lambda bug: bug.kind == "generic" and not bug.released_at
        ).action_plan_next_update()


def hash_of(text):
    """Return a number made of a text: the same in each run."""
    return sum(text.encode())


def main():
    with open_env() as env, no_post_office(env), freeze_time(START) as clock:
        parameters = env["ir.config_parameter"]
        if parameters.get_param(DONE_KEY):
            print("The year has passed already in this database")
            return
        env = env(context={"lang": "fr_FR", "tz": "Europe/Paris"})
        year = Year(env, clock)
        year.random = random.Random(365)
        year.set_up()
        year.sell_packs()
        year.register_bugs()
        moments = [(year.draw_moment(), False) for _number in range(TOLD)]
        moments += [(year.draw_moment(0.6), True) for _number in range(LIVED)]
        moments.sort()
        numbers = env["ir.sequence"]._draw_by_code(
            "helpdesk.ticket.sequence", len(moments)
        )
        filings = {False: [], True: []}
        for (moment, is_lived), number in zip(moments, numbers, strict=True):
            filings[is_lived].append((moment, number))
        told = year.tell(filings[False])
        year.rate_told(told)
        year.live_year(filings[True])
        year.finish(told)
        parameters.set_param(DONE_KEY, fields.Datetime.to_string(NOW))
        env.flush_all()
        env.cr.precommit.run()
        tickets = env["helpdesk.ticket"].with_context(active_test=False)
        print(f"{tickets.search_count([])} tickets")


if __name__ == "__main__":
    main()
