# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, datetime
from unittest.mock import patch

from lxml import html
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from ..desk.test_ticket_mails import TicketMailCase
from .test_hold import HELD_AT, HoldCase

# Paris, in summer two hours ahead
ASKED_AT = "2026-06-01 07:30:00"  # Monday 09:30


class SilenceCase(HoldCase, MailCommon):
    """A team that reminds after three working days, and closes after five."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"support_remind_days": 3, "support_close_days": 5})
        cls.stage_silence = cls.env.ref("omydoo_helpdesk.helpdesk_ticket_stage_silence")
        cls.company.support_reopen_days = 14

    def _wait(self, filed="2026-06-01 07:00:00", asked=ASKED_AT, **vals):
        """Return a ticket on which the desk has asked something."""
        ticket = self._file(filed, user_id=self.agent.id, **vals)
        self._answer(asked, ticket)
        self._write(asked, ticket, stage_id=self.stage_awaiting.id)
        return ticket

    def _run_silence(self, moment, **kwargs):
        """Run the job without its commits: a test has one transaction."""
        with self.at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.env["helpdesk.ticket"]._cron_silence(**kwargs)
            self.env.flush_all()
        self.env.invalidate_all()

    def _write_as_customer(self, moment, ticket, **kwargs):
        with self.at(moment):
            ticket.with_user(self.a1).sudo().message_post(
                body="Here it is",
                author_id=self.a1.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                **kwargs,
            )
            self.env.flush_all()

    def assertSilence(self, ticket, runs):
        """Compare what each run of the job does with what is expected.

        :param dict runs: by the instant of a run, how many reminders there are then,
            and whether the ticket is closed
        """
        for moment, expected in runs.items():
            self._run_silence(moment)
            found = (len(self._find_told(ticket)), ticket.stage_id.closed)
            self.assertEqual(found, expected, moment)


@tagged("post_install", "-at_install")
class TestSilence(SilenceCase):
    def test_reminded_then_closed(self):
        """Thursday, and the Monday after: at the time of the question."""
        ticket = self._wait()
        self.assertSilence(
            ticket,
            {
                "2026-06-04 07:29:00": (0, False),
                "2026-06-04 07:30:00": (1, False),
                "2026-06-04 08:30:00": (1, False),
                "2026-06-08 07:29:00": (1, False),
                "2026-06-08 07:30:00": (1, True),
                "2026-06-08 08:30:00": (1, True),
            },
        )
        self.assertEqual(ticket.stage_id, self.stage_silence)
        # Neither resolved nor refused
        self.assertEqual(ticket.resolution_state, "not_applicable")
        self.assertEqual(ticket.response_state, "met")
        self.assertEqual(ticket.held_hours_customer, 40)

    def test_holiday_weekend_and_changed_clock(self):
        """Asked on Wednesday before the night of 29 March, with a Friday off."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.CAL.id,
                "company_id": self.company.id,
                "date_from": "2026-03-26 23:00:00",
                "date_to": "2026-03-27 22:59:59",
            }
        )
        ticket = self._wait("2026-03-25 08:00:00", "2026-03-25 08:30:00")
        self.assertSilence(
            ticket,
            {
                # Thursday 26, Monday 30, Tuesday 31 at 09:30 in Paris: an hour less
                "2026-03-31 07:29:00": (0, False),
                "2026-03-31 07:30:00": (1, False),
                "2026-04-02 07:29:00": (1, False),
                "2026-04-02 07:30:00": (1, True),
            },
        )

    def test_without_plan_in_the_days_of_the_company(self):
        ticket = self._wait(partner_id=self.b1.partner_id.id)
        self.assertEqual(ticket.resolution_state, "none")
        self.assertSilence(
            ticket,
            {
                "2026-06-04 07:30:00": (1, False),
                "2026-06-07 07:30:00": (1, False),
                "2026-06-08 07:30:00": (1, True),
            },
        )
        self.company.resource_calendar_id = False
        ticket = self._wait(partner_id=self.b1.partner_id.id)
        self.assertSilence(
            ticket,
            {"2026-06-04 07:30:00": (1, False), "2026-06-06 07:30:00": (1, True)},
        )

    def test_answer_cancels_the_count(self):
        ticket = self._wait()
        self._run_silence("2026-06-04 07:30:00")
        self._write_as_customer("2026-06-04 09:00:00", ticket)
        self.assertEqual(ticket.stage_id, self.stage_progress)
        self.assertSilence(ticket, {"2026-06-30 07:30:00": (1, False)})
        # Asked again, it is counted anew.
        self._answer("2026-06-30 08:00:00", ticket)
        self._write("2026-06-30 08:00:00", ticket, stage_id=self.stage_awaiting.id)
        self.assertSilence(
            ticket,
            {
                "2026-07-03 07:59:00": (1, False),
                "2026-07-03 08:00:00": (2, False),
                "2026-07-07 07:59:00": (2, False),
                "2026-07-07 08:00:00": (2, True),
            },
        )

    def test_nothing_is_left_unanswered(self):
        """A stage that says nothing of answers holds on; it is our turn yet."""
        self.stage_awaiting.answer_stage_id = False
        ticket = self._wait()
        self._write_as_customer("2026-06-02 09:00:00", ticket)
        self.assertEqual(ticket.stage_id, self.stage_awaiting)
        self.assertSilence(ticket, {"2026-06-30 07:30:00": (0, False)})
        self._answer("2026-06-30 08:00:00", ticket)
        self.assertSilence(
            ticket,
            {"2026-07-03 07:59:00": (0, False), "2026-07-03 08:00:00": (1, False)},
        )

    def test_whatever_is_unanswered_is_no_silence(self):
        """A month of runs of the job, and neither a reminder nor an end."""
        self.stage_awaiting.answer_stage_id = False
        by_colleague = (
            "From: {a2}\nTo: desk@example.com\nSubject: Re: it\n"
            "Message-Id: <{id}@a.example.com>\nIn-Reply-To: {reply_to}\n"
            "References: {reply_to}\nContent-Type: text/plain\n\nHere it is\n"
        )

        def write_by_mail(ticket):
            with self.at("2026-06-02 09:00:00"), self.mock_mail_gateway():
                self.env["mail.thread"].message_process(
                    ticket._name,
                    by_colleague.format(
                        a2=self.a2.email_formatted,
                        id=ticket.id,
                        reply_to=ticket.message_ids[-1:].message_id,
                    ),
                )
                self.env.flush_all()

        def write_twice(ticket):
            self._write_as_customer("2026-06-02 09:00:00", ticket)
            self._write_as_customer("2026-06-02 09:30:00", ticket)

        def call_after_the_first(ticket):
            write_twice(ticket)
            with self.at("2026-06-02 10:00:00"):
                ticket._sla_log_answer(datetime(2026, 6, 2, 9, 15), "Called back")
                self.env.flush_all()

        def hold_unanswered(ticket):
            write_twice(ticket)
            self._hold("2026-06-02 10:00:00", ticket, "asked")

        def note_only(ticket):
            write_by_mail(ticket)
            with self.at("2026-06-02 10:00:00"):
                ticket.with_user(self.agent).message_post(
                    body="Only for us",
                    message_type="comment",
                    subtype_xmlid="mail.mt_note",
                )
                self.env.flush_all()

        team = self.team
        for write in (
            write_by_mail,
            write_twice,
            call_after_the_first,
            hold_unanswered,
            note_only,
        ):
            with self.subTest(write.__name__):
                ticket = self._wait()
                write(ticket)
                told = len(self._find_told(ticket))
                self.assertTrue(ticket._is_waiting_for_answer())
                self.assertSilence(
                    ticket,
                    {
                        f"2026-06-{day:02} 09:30:00": (told, False)
                        for day in (5, 8, 9, 10, 12, 30)
                    },
                )
                with self.at("2026-06-30 10:00:00"):
                    found = ticket.search(ticket._get_silence_domain(team))
                    self.assertNotIn(ticket, found, "it is not even looked at")
                # Once answered, they are waited for.
                self._answer("2026-06-30 08:00:00", ticket)
                self.assertSilence(
                    ticket,
                    {
                        "2026-07-03 07:59:00": (told, False),
                        "2026-07-03 08:00:00": (told + 1, False),
                    },
                )

    def test_an_answer_while_the_job_runs(self):
        """Between its search and its turn at this very ticket."""
        self.stage_awaiting.answer_stage_id = False
        ticket = self._wait()
        with self.at("2026-06-04 07:30:00"):
            due = ticket.search(ticket._get_silence_domain(self.team))
        self.assertIn(ticket, due)
        self._write_as_customer("2026-06-04 07:29:00", ticket)
        with self.at("2026-06-04 07:30:00"):
            due._follow_silence()
        self.assertFalse(ticket.silence_reminded_at)

    def test_request_that_nobody_answered(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write(ASKED_AT, ticket, stage_id=self.stage_awaiting.id)
        self.assertSilence(ticket, {"2026-06-30 07:30:00": (0, False)})
        with self.at("2026-06-30 08:00:00"):
            ticket._sla_log_answer(note="By telephone")
        self.assertSilence(ticket, {"2026-07-03 08:00:00": (1, False)})

    def test_another_question_counts_anew(self):
        ticket = self._wait()
        self._answer("2026-06-03 08:00:00", ticket)
        self.assertSilence(
            ticket,
            {"2026-06-04 07:30:00": (0, False), "2026-06-08 08:00:00": (1, False)},
        )

    def test_only_what_waits_for_the_customer_without_end(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._answer(ASKED_AT, ticket)
        for reason, until in (("asked", "2026-08-03 08:00:00"), ("third_party", False)):
            self._hold(HELD_AT, ticket, reason, until)
            told = len(self._find_told(ticket))
            self.assertSilence(ticket, {"2026-07-30 07:30:00": (told, False)})
        # Without a stage of its own, too
        self.stage_awaiting.holds_sla = False
        self._hold("2026-06-01 09:00:00", ticket, "asked")
        self.assertNotEqual(ticket.stage_id, self.stage_awaiting)
        told = len(self._find_told(ticket))
        self.assertSilence(
            ticket,
            {
                "2026-06-04 08:59:00": (told, False),
                "2026-06-04 09:00:00": (told + 1, False),
            },
        )

    def test_never(self):
        self.team.write({"support_remind_days": 0, "support_close_days": 0})
        ticket = self._wait()
        self.assertSilence(ticket, {"2026-07-30 07:30:00": (0, False)})
        self.team.support_remind_days = 3
        self.assertSilence(
            ticket,
            {"2026-07-30 07:30:00": (1, False), "2026-08-30 07:30:00": (1, False)},
        )

    def test_closed_without_a_reminder(self):
        self.team.support_remind_days = 0
        ticket = self._wait()
        self.assertSilence(
            ticket,
            {"2026-06-08 07:29:00": (0, False), "2026-06-08 07:30:00": (0, True)},
        )

    def test_late_job_reminds_first(self):
        """Or a setting that is new: nothing is closed at once that was not reminded."""
        ticket = self._wait()
        self.assertSilence(
            ticket,
            {
                "2026-07-01 07:30:00": (1, False),
                "2026-07-03 07:29:00": (1, False),
                "2026-07-03 07:30:00": (1, True),
            },
        )

    def test_breach_before_stays(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._answer(ASKED_AT, ticket)
        with self.at("2026-06-02 08:00:00"):
            ticket._sla_record_breaches()
        self._write("2026-06-02 08:00:00", ticket, stage_id=self.stage_awaiting.id)
        self._run_silence("2026-06-30 07:30:00")
        self._run_silence("2026-07-30 07:30:00")
        self.assertEqual(ticket.resolution_state, "not_applicable")
        self.assertEqual(ticket.resolution_breached_at, datetime(2026, 6, 1, 12))

    def test_answer_reopens(self):
        """Whether or not the stage says where; within the days of the company."""
        for stage in (self.stage_progress, self.stage_progress.browse()):
            self.stage_silence.answer_stage_id = stage
            ticket = self._wait()
            self._run_silence("2026-06-04 07:30:00")
            self._run_silence("2026-06-08 07:30:00")
            self._write_as_customer("2026-06-15 07:30:00", ticket)
            self.assertFalse(ticket.stage_id.closed)
            self.assertFalse(ticket._is_put_on_hold())
            self.assertEqual(ticket.reopen_count, 1)
            self.assertEqual(ticket.resolution_state, "ongoing")
        ticket = self._wait()
        self._run_silence("2026-06-04 07:30:00")
        self._run_silence("2026-06-08 07:30:00")
        self._write_as_customer("2026-07-15 07:30:00", ticket)
        self.assertEqual(ticket.stage_id, self.stage_silence)
        followed = self.env["helpdesk.ticket"].search(
            [("previous_ticket_id", "=", ticket.id)]
        )
        self.assertEqual(len(followed), 1)

    def test_program_that_answers_is_silent(self):
        ticket = self._wait()
        with self.at("2026-06-02 08:00:00"):
            ticket.with_context(support_auto_reply=True).message_post(
                body="I am away",
                author_id=self.a1.partner_id.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
            self.env.flush_all()
        self.assertSilence(ticket, {"2026-06-04 07:30:00": (1, False)})

    def test_without_a_stage_nothing_is_closed(self):
        self.stage_silence.active = False
        ticket = self._wait()
        self._run_silence("2026-06-04 07:30:00")
        self.assertNotIn("we close", self._find_told(ticket).body)
        self.assertSilence(ticket, {"2026-07-30 07:30:00": (1, False)})

    def test_stage_and_days_make_sense(self):
        for vals in ({"sla_success": True}, {"closed": False}):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.stage_silence.write(vals)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.team.support_close_days = 3
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.team.support_remind_days = -1

    def test_what_the_customer_reads_afterwards(self):
        ticket = self._wait()
        self._run_silence("2026-06-04 07:30:00")
        self._run_silence("2026-06-08 07:30:00")
        with self.at("2026-06-09 07:30:00"):
            values = ticket.sudo()._get_portal_page_values(self.a1)
        self.assertIn("no answer from you", values["portal_standing"]["title"])
        self.assertIn("no answer from you", values["timeline"][-1]["text"])

    def test_statements_do_not_grow_with_the_batch(self):
        tickets = self.env["helpdesk.ticket"].concat(
            *(self._wait() for _number in range(8))
        )

        def count(moment, batch):
            self.env.invalidate_all()
            with self.at(moment):
                before = self.env.cr.sql_log_count
                batch._get_silence_days()
                return self.env.cr.sql_log_count - before

        count("2026-06-02 07:30:00", tickets[:1])
        few = count("2026-06-02 07:30:00", tickets[:2])
        self.assertLessEqual(count("2026-06-02 07:30:00", tickets), few + 1)


@tagged("post_install", "-at_install")
class TestSilenceDays(TransactionCase):
    """Days with work, counted by a calendar of Paris."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Week", "tz": "Europe/Paris"}
        )

    def _count(self, moment, days):
        moment = fields.Datetime.to_datetime(moment)
        pair = (moment, days)
        return str(self.calendar._get_support_days_after([pair])[pair])

    def test_weekends_and_nights(self):
        for moment, days, expected in (
            ("2026-06-04 07:30:00", 1, "2026-06-05 07:30:00"),
            ("2026-06-04 07:30:00", 2, "2026-06-08 07:30:00"),
            # Saturday evening: Monday is the first
            ("2026-06-06 20:00:00", 1, "2026-06-08 20:00:00"),
            # Sunday 23:30 in UTC is Monday in Paris already
            ("2026-06-07 22:30:00", 1, "2026-06-08 22:30:00"),
            ("2026-06-04 07:30:00", 250, "2027-05-20 07:30:00"),
        ):
            self.assertEqual(self._count(moment, days), expected, moment)

    def test_calendar_that_closes_for_good(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": self.calendar.id,
                "date_from": "2026-06-05 00:00:00",
                "date_to": "2099-06-05 00:00:00",
            }
        )
        self.assertEqual(self._count("2026-06-04 07:30:00", 1), "None")

    def test_day_and_night(self):
        """Open without a break: each day counts once."""
        self.calendar.attendance_ids.unlink()
        self.calendar.attendance_ids = [
            (
                0,
                0,
                {
                    "name": str(day),
                    "dayofweek": str(day),
                    "hour_from": 0,
                    "hour_to": 24,
                    "day_period": "morning",
                },
            )
            for day in range(7)
        ]
        self.assertEqual(self._count("2026-10-23 07:30:00", 3), "2026-10-26 08:30:00")
        self.assertEqual(date(2026, 10, 26).weekday(), 0)


@tagged("post_install", "-at_install")
class TestSilenceMails(TicketMailCase):
    """Both mails, as a customer who reads French gets them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"support_remind_days": 3, "support_close_days": 5})
        cls.company.support_reopen_days = 14

    def _run_silence(self, moment):
        with self.at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.env["helpdesk.ticket"]._cron_silence()
            self.flush_tracking()
        self.env.invalidate_all()

    def _tell(self):
        """Let a customer be silent for good.

        :return: what they are told, in the order in which they are
        """
        awaiting = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        awaiting.mail_template_id = False
        with self.at("2026-06-01 07:00:00"):
            ticket = self._create_ticket()
            self.flush_tracking()
        with self.at("2026-06-01 07:30:00"):
            ticket.with_user(self.agent).message_post(
                body="Which printer?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            ticket.with_user(self.agent).stage_id = awaiting
            self.flush_tracking()
        last = self.env["mail.mail"].search([], order="id desc", limit=1)
        for moment in ("06-04 07:30", "06-04 08:30", "06-08 07:30", "06-08 08:30"):
            self._run_silence(f"2026-{moment}:00")
        self.assertTrue(ticket.stage_id.is_silence)
        mails = self.env["mail.mail"].search(
            [("id", ">", last.id or 0), ("res_id", "=", ticket.id)], order="id"
        )
        return [
            " ".join(html.fromstring(mail.body_html).text_content().split())
            for mail in mails
            if self.a1.partner_id in mail.recipient_ids
            or self.a1.email in (mail.email_to or "")
        ]

    def test_told_both_times(self):
        reminder, closing = self._tell()
        self.assertIn("Which printer?", reminder)
        self.assertRegex(reminder, r"8 juin 2026")
        self.assertIn("Which printer?", closing)
        self.assertRegex(closing, r"22 juin 2026")

    def test_each_may_be_left(self):
        silent = {
            name: self.env.ref(f"omydoo_helpdesk.mail_template_{name}")
            for name in ("reminder", "silence")
        }
        self.company.support_silent_mail_ids = silent["reminder"]
        self.assertEqual(len(self._tell()), 1)
        self.company.support_silent_mail_ids = silent["silence"]
        self.assertEqual(len(self._tell()), 1)
        self.company.support_silent_mail_ids = silent["reminder"] + silent["silence"]
        self.assertEqual(self._tell(), [])
