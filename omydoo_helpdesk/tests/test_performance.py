# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many statements things cost, by the number of tickets; no time is measured here.

Each test does the same with few tickets and with many: what one more ticket costs is
the difference, whatever the fixed costs of the day are.
"""

import re
from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.tests import tagged

from .traced_common import TracedCase

FEW, MANY = 10, 100
FEW_DUE, MANY_DUE = 5, 30
PAGE = 80
# What is told of a ticket that is created is told with that of all others. Without us
# these are seven statements: subtype, followers of the team, recipients, the sender's
# alias and its domain, the message before and this one.
MAIL_PER_CREATION = 0
# A tracked change is noted with those of all others: two of 4,033 for a thousand.
MAIL_PER_CHANGE = 0
# An activity, its message and its mail, as Odoo makes them one by one.
STATEMENTS_PER_NOTICE = 19
# The mail to whom a ticket is assigned, as Odoo writes them one by one.
STATEMENTS_PER_ASSIGNMENT = 13
# What does not depend on the number of tickets, but on caches and on full statements
# (the ORM inserts and updates a hundred rows with one).
TOLERANCE = 2
MAIL_TABLES = re.compile(r"\bmail_(message|tracking|follower|alias|activity)")
# What was promised, and what is covered.
PROMISE_TABLES = re.compile(
    r"(from|into|update|join)\s+\"?"
    r"(support_|sale_subscription|sale_order_line|resource_calendar"
    r"|helpdesk_ticket_category)",
    re.IGNORECASE,
)


@tagged("post_install", "-at_install")
class TestPerformance(TracedCase):
    """As an agent, with the mails and the tracking that other tests switch off."""

    # === TOOLS === #

    def _compare(self, work, few, many):
        """Do the same for few tickets and for many.

        :param work: function of what is in ``few`` or ``many``
        :return: the statements of each
        """
        self._trace(work, few)  # fills the caches that outlive it
        return self._trace(work, few), self._trace(work, many)

    def _split(self, statements):
        """Return the statements of the mail thread, and all others."""
        mail = [text for text in statements if MAIL_TABLES.search(text)]
        return mail, [text for text in statements if not MAIL_TABLES.search(text)]

    def assertSlope(self, few, many, mail_per_ticket):
        """Check that nothing but the mail thread works ticket by ticket.

        :param list few: statements for ``FEW`` tickets
        :param list many: statements for ``MANY`` tickets
        :param int mail_per_ticket: statements of the mail thread, as without us
        """
        mail_few, others_few = self._split(few)
        mail_many, others_many = self._split(many)
        self.assertLessEqual(
            len(others_many),
            len(others_few) + TOLERANCE,
            "\n".join(sorted(others_many)),
        )
        self.assertLessEqual(
            len(mail_many),
            len(mail_few) + mail_per_ticket * (MANY - FEW) + TOLERANCE,
            "\n".join(sorted(mail_many)),
        )

    def assertPromiseConstant(self, few, many, limit):
        """Check what scope and SLA read and write, whatever the number of tickets."""
        few, many = (
            [text for text in statements if PROMISE_TABLES.search(text)]
            for statements in (few, many)
        )
        self.assertTrue(few)
        self.assertLessEqual(len(many), len(few) + TOLERANCE, "\n".join(sorted(many)))
        self.assertLessEqual(len(many), limit, "\n".join(sorted(many)))

    # === TESTS === #

    def test_creation(self):
        """None for one more ticket. Without us they are ten: seven of its thread, two
        for the number and one for the first stage."""
        few, many = self._compare(self._create, FEW, MANY)
        self.assertSlope(few, many, MAIL_PER_CREATION)
        self.assertPromiseConstant(few, many, 15)

    def test_creation_of_one(self):
        """A batch of one costs no more than the fixed part of a batch of many."""
        one, many = self._compare(self._create, 1, MANY)
        self.assertLessEqual(
            len(one),
            len(many) - MAIL_PER_CREATION * (MANY - 1) + TOLERANCE,
        )

    def test_creation_writes_once(self):
        """What is computed is written with the ticket: each of its many indexes is
        written once."""
        self._trace(self._create, 1)
        statements = self._trace(self._create, 1)
        written = re.compile(r"^\s*(INSERT INTO|UPDATE) \"helpdesk_ticket\" ")
        self.assertEqual(len([text for text in statements if written.match(text)]), 1)

    def test_creation_out_of_scope(self):
        few, many = self._compare(
            lambda count: self._create(count, category_id=self.category_out.id),
            FEW,
            MANY,
        )
        self.assertSlope(few, many, MAIL_PER_CREATION)
        self.assertPromiseConstant(few, many, 17)  # also the hours packs

    def test_stage_on_hold_and_back(self):
        def hold_and_resume(tickets):
            tickets.write({"stage_id": self.stage_awaiting.id})
            self.env.cr.flush()
            tickets.write({"stage_id": self.stage_progress.id})

        vals = {"stage_id": self.stage_progress.id}
        few, many = self._compare(
            hold_and_resume, self._create(FEW, **vals), self._create(MANY, **vals)
        )
        self.assertSlope(few, many, 2 * MAIL_PER_CHANGE)
        self.assertPromiseConstant(few, many, 20)

    def test_priority(self):
        priorities = iter(("0", "3", "0"))
        # What each customer is told is a mail each: here it is about the clocks.
        template = self.env.ref("omydoo_helpdesk.mail_template_priority")
        template.sudo().active = False

        def agree(tickets):
            tickets.write({"priority": next(priorities), "priority_reason": "Agreed"})

        few, many = self._compare(agree, self._create(FEW), self._create(MANY))
        self.assertSlope(few, many, MAIL_PER_CHANGE)
        self.assertPromiseConstant(few, many, 13)

    def test_plan_change(self):
        """The clocks of all tickets of a plan run again."""
        hours = iter(range(3, 12))

        def change(_count):
            self.plan_24.sla_ids.write({"response_hours": next(hours)})

        self._create(FEW)
        self._trace(change, FEW)
        few = self._trace(change, FEW)
        self._create(MANY - FEW)
        many = self._trace(change, MANY)
        self.assertSlope(few, many, 0)
        self.assertPromiseConstant(few, many, 12)

    def test_list_page(self):
        """A page of the list is read as the web client reads it."""
        arch = etree.fromstring(self.tickets.get_view(view_type="list")["arch"])
        specification = {}
        for node in arch.iterfind("field"):
            field = self.tickets._fields[node.get("name")]
            specification[field.name] = (
                {"fields": {"display_name": {}}} if field.relational else {}
            )
        self.assertIn("is_late", specification)

        def read(limit):
            page = self.tickets.web_search_read(
                [("closed", "=", False)],
                specification,
                limit=limit,
                order=arch.get("default_order"),
            )
            self.assertEqual(len(page["records"]), limit)

        self._create(PAGE)
        few, many = self._compare(read, FEW, PAGE)
        self.assertLessEqual(len(many), len(few) + TOLERANCE, "\n".join(many))

    def test_notices(self):
        """A notice is an activity of Odoo with its mail; the clocks are read and the
        log is written once for a batch of tickets."""
        days = iter(("2020-06-02", "2020-06-09", "2020-06-16"))

        def tell(count):
            """Return the statements of the job, and how many notices it sent."""
            day = next(days)
            with self.at(f"{day} 07:00:00"):
                tickets = self._create(count, user_id=self.agent.id)
            statements = self._trace(self._run_job, f"{day} 20:00:00")
            notices = len(tickets.activity_ids)
            with self.at(f"{day} 20:00:00"):
                tickets.active = False  # nothing comes due in the next week
            return statements, notices

        tell(FEW)
        few, few_notices = tell(FEW)
        many, many_notices = tell(MANY)
        self.assertGreaterEqual(many_notices - few_notices, MANY - FEW)
        self.assertLessEqual(
            len(many),
            len(few) + STATEMENTS_PER_NOTICE * (many_notices - few_notices) + TOLERANCE,
            "\n".join(sorted(many)),
        )
        self.assertPromiseConstant(few, many, 14)

    def _run_job(self, moment, method="_cron_sla_notices"):
        """Run the job as the scheduler does, without its commits."""
        tickets = self.tickets.with_user(self.env.ref("base.user_root"))
        with self.at(moment), patch.object(self.env.cr, "commit", self.env.cr.flush):
            getattr(tickets, method)()

    def _run_due(self, method, prepare, days=0):
        """Have a job do what is due, of few tickets and of many.

        :param str method: of the job
        :param prepare: function of tickets of a morning, by which they are due in the
            afternoon
        :param int days: how many days later that is
        :return: the statements of each, and the tickets
        """
        found = []
        for day, count in ((2, FEW_DUE), (9, FEW_DUE), (16, MANY_DUE)):
            later = f"2020-06-{day + days:02} 14:00:00"
            with self.at(f"2020-06-{day:02} 07:00:00"):
                tickets = self._create(count)
                prepare(tickets)
                self.env.flush_all()
            statements = self._trace(self._run_job, later, method)
            found.append((statements, tickets))
            with self.at(later):
                tickets.active = False  # nothing comes due in the next week
        return found[1:]

    def test_ends_of_holds(self):
        """Each tells somebody by an activity; what is held goes on in one batch."""
        reason = self.env["support.hold.reason"].search([("party", "=", "editor")])[:1]

        def hold(tickets):
            tickets.user_id = self.agent
            tickets._put_on_hold(reason, fields.Datetime.now() + timedelta(hours=5))

        (few, some), (many, tickets) = self._run_due("_cron_hold_ends", hold)
        self.assertFalse((some + tickets).filtered("hold_until"))
        notices = len(tickets.activity_ids) - len(some.activity_ids)
        self.assertEqual(notices, MANY_DUE - FEW_DUE)
        self.assertLessEqual(
            len(many),
            len(few) + STATEMENTS_PER_NOTICE * notices + TOLERANCE,
            "\n".join(sorted(many)),
        )
        self.assertPromiseConstant(few, many, 20)

    def test_silence(self):
        """A reminder is a message of Odoo's; who is silent is seen in one batch."""
        self.team.sudo().support_remind_days = 1

        def ask(tickets):
            for ticket in tickets:
                ticket.message_post(
                    body="Which one?",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
            tickets.stage_id = self.stage_awaiting

        (few, some), (many, tickets) = self._run_due("_cron_silence", ask, days=2)
        self.assertTrue(all((some + tickets).mapped("silence_reminded_at")))
        self.assertPromiseConstant(few, many, 20)

    def test_assignment(self):
        """The mail to whoever gets it is Odoo's; who that is, is decided at once."""
        self.team.sudo().write(
            {"user_ids": self.agent.ids, "support_assignment": "load"}
        )

        def leave(tickets):
            tickets.user_id = False
            tickets.sudo()._write_guarded({"assignment_state": "due"})

        (few, some), (many, tickets) = self._run_due("_cron_assign", leave)
        self.assertEqual((some + tickets).user_id, self.agent)
        self.assertLessEqual(
            len(many),
            len(few) + STATEMENTS_PER_ASSIGNMENT * (MANY_DUE - FEW_DUE) + TOLERANCE,
            "\n".join(sorted(many)),
        )

    def test_notices_nothing_to_do(self):
        with self.at("2020-06-02 07:00:00"):
            self._create(FEW)
        statements = self._trace(self._run_job, "2020-06-02 07:05:00")
        on_tickets = [text for text in statements if "helpdesk_ticket" in text]
        self.assertEqual(len(on_tickets), 2, on_tickets)
        self.assertFalse([text for text in statements if PROMISE_TABLES.search(text)])

    def test_orders_follow_an_index(self):
        """The lists that are opened all day sort nothing (see ``make bench``)."""
        is_open = [("closed", "=", False)]
        by_deadline = "next_deadline, priority desc, id"
        cr = self.env.cr
        cr.execute("SET LOCAL enable_seqscan = off")
        cr.execute("SET LOCAL enable_bitmapscan = off")
        cr.execute("SET LOCAL enable_sort = off")
        for domain, order in (
            ([("is_late", "=", True)], by_deadline),
            (is_open, by_deadline),
            (is_open, self.tickets._order),
            ([], self.tickets._order),
        ):
            with self.subTest(domain=domain, order=order):
                query = self.tickets._search(domain, order=order, limit=PAGE)
                sql = query.select()
                cr.execute(f"EXPLAIN {sql.code}", tuple(sql.params))
                plan = "\n".join(line for (line,) in cr.fetchall())
                self.assertIn("Index", plan)
                self.assertNotIn("Sort", plan)
