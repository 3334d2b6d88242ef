# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..sla_common import SlaCase

MODEL = "odoo.addons.omydoo_helpdesk.models.sla.support_clock_refresh"
# What a row of the log says, beside its id.
EVENT = ("at", "kind", "cause", "party", "clock", "until", "note", "user_id")
EDIT = "2026-06-02 08:00:00"


@tagged("post_install", "-at_install")
class TestClockRefresh(SlaCase, CronMixinCase):
    """A plan or calendar edited with many open clocks on it: a job runs them again."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line = cls.plan_4.sla_ids.filtered(lambda line: line.priority == "1")
        cls.refreshes = cls.env["support.clock.refresh"]
        cls.editor = cls.manager

    def setUp(self):
        super().setUp()
        self._limit(0)
        # Nobody else is there, and a test commits nothing.
        self.patch(type(self.refreshes), "_is_unseen", lambda self: False)

    def _limit(self, count):
        self.patch(type(self.refreshes), "_get_at_once_limit", lambda self: count)

    def _run_job(self, moment=EDIT, batches=None, size=2):
        """Run the job, maybe for some batches only."""
        done = []

        def progress(_crons, processed=0, *, remaining=None, deactivate=False):
            self.env.flush_all()
            self.env.invalidate_all()
            done.append(processed)
            return batches is None or len(done) <= batches

        crons = type(self.env["ir.cron"])
        root = self.env.ref("base.user_root")
        with self.at(moment), patch.object(crons, "_commit_progress", progress):
            self.refreshes.with_user(root)._cron_refresh(size)
            self.env.flush_all()
        self.env.invalidate_all()
        return done[1:]

    def _edit(self, moment=EDIT, hours=12):
        with self.at(moment):
            self.line.with_user(self.editor).write(
                {"response_hours": hours, "resolution_hours": hours}
            )
            self.env.flush_all()

    def _make_desk(self):
        """Make tickets in the states that there are, by the former promise of 4 h."""
        file = self._file
        tickets = {
            "late": file("2026-06-01 07:00:00"),
            "fresh": file("2026-06-02 07:30:00"),
            "at risk": file("2026-06-01 14:10:00"),
            "high": file("2026-06-02 07:00:00", priority="3"),
            "answered": file("2026-06-02 07:00:00"),
            "asked again": file("2026-06-01 07:00:00"),
            "held": file("2026-06-02 07:00:00"),
            "held late": file("2026-06-01 07:00:00"),
            "until": file("2026-06-02 07:00:00"),
            "solved": file("2026-06-01 07:00:00"),
            "reopened": file("2026-06-01 07:00:00"),
            "archived": file("2026-06-02 07:00:00"),
            "of nobody": file("2026-06-02 07:00:00", team_id=False, user_id=False),
        }
        self._answer("2026-06-02 07:10:00", tickets["answered"])
        self._answer("2026-06-01 08:00:00", tickets["asked again"])
        with self.at("2026-06-01 12:30:00"):
            tickets["asked again"]._sla_log_question()
        for name, moment in (
            ("held", "2026-06-02 07:20:00"),
            ("held late", "2026-06-01 15:30:00"),
        ):
            self._write(moment, tickets[name], stage_id=self.stage_awaiting.id)
        reason = self.env["support.hold.reason"].search(
            [("party", "=", "customer")], limit=1
        )
        with self.at("2026-06-02 07:30:00"):
            tickets["until"]._put_on_hold(reason, datetime(2026, 6, 3, 8), tell=False)
        for name in ("solved", "reopened"):
            self._write(
                "2026-06-01 09:00:00", tickets[name], stage_id=self.stage_done.id
            )
        self._write(
            "2026-06-02 07:00:00", tickets["reopened"], stage_id=self.stage_progress.id
        )
        tickets["archived"].active = False
        self.env.flush_all()
        return self.env["helpdesk.ticket"].browse(
            ticket.id for ticket in tickets.values()
        )

    def _picture(self, tickets):
        """Return all that the engine has stored of tickets, and their log."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = [
            name
            for name, field in tickets._fields.items()
            if field.store and field.compute == "_compute_sla"
        ]
        self.assertGreater(len(names), 25)
        return [
            {
                "values": {name: ticket[name] for name in names},
                "log": [
                    tuple(event[name] for name in EVENT) for event in ticket.event_ids
                ],
                "activities": ticket.activity_ids.mapped("summary"),
            }
            for ticket in tickets.sudo()
        ]

    # === THE SAME AS AT ONCE === #

    def test_same_as_at_once(self):
        """Field by field and event by event, whatever is edited."""
        tickets = self._make_desk()
        before = self._picture(tickets)

        def close_a_day():
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Closed",
                    "calendar_id": self.CAL.id,
                    "company_id": self.company.id,
                    "date_from": "2026-06-01 22:00:00",
                    "date_to": "2026-06-02 21:59:59",
                }
            )

        targets = {name: 0.5 for name in ("response_hours", "resolution_hours")}
        edits = {
            "longer": lambda: self._edit(hours=30),
            "shorter": lambda: self.line.with_user(self.editor).write(targets),
            "next response too": lambda: self.line.write({"next_response_hours": 1}),
            "nothing": lambda: self.line.write({"resolution_hours": 0}),
            "no line": lambda: self.line.unlink(),
            "around the clock": lambda: self.plan_4.write({"calendar_id": False}),
            "leave": close_a_day,
            "hours": lambda: self.CAL.attendance_ids[:2].unlink(),
            "form": lambda: self.plan_4.write(
                {"sla_ids": [(1, self.line.id, targets)]}
            ),
        }
        for name, edit in edits.items():
            pictures = []
            for limit in (1000, 0):
                self._limit(limit)
                with self.cr.savepoint() as savepoint:
                    with self.at(EDIT):
                        edit()
                        self.env.flush_all()
                    self.assertEqual(bool(self.refreshes.search([])), not limit)
                    if not limit:
                        self._run_job()
                        self.assertFalse(self.refreshes.search([]))
                    pictures.append(self._picture(tickets))
                    savepoint.rollback()
                self.env.invalidate_all()
            with self.subTest(name):
                at_once, later = pictures
                self.assertNotEqual(at_once, before)
                for ticket, one, other in zip(tickets, at_once, later, strict=True):
                    self.assertEqual(other, one, ticket.display_name)

    def test_few_are_done_at_once(self):
        ticket = self._file("2026-06-02 07:00:00")
        self._limit(1)
        self._edit(hours=6)
        self.assertFalse(self.refreshes.search([]))
        self.assertClock(ticket, "response", "ongoing", "2026-06-02 14:00:00")

    def test_many_keep_their_deadlines_until_the_job(self):
        tickets = self._file("2026-06-02 07:00:00") + self._file("2026-06-02 07:00:00")
        self._limit(1)
        with self.capture_triggers("omydoo_helpdesk.ir_cron_clock_refresh") as capture:
            self._edit(hours=6)
        self.assertTrue(capture.records)
        for ticket in tickets:
            self.assertClock(ticket, "response", "ongoing", "2026-06-02 12:00:00")
        self.assertEqual(self._run_job(), [2, 0])
        for ticket in tickets:
            self.assertClock(ticket, "response", "ongoing", "2026-06-02 14:00:00")
        self.assertEqual(self._run_job(), [])

    def test_without_the_job_at_once(self):
        ticket = self._file("2026-06-02 07:00:00")
        self.env.ref("omydoo_helpdesk.ir_cron_clock_refresh").active = False
        self._edit(hours=6)
        self.assertFalse(self.refreshes.search([]))
        self.assertClock(ticket, "response", "ongoing", "2026-06-02 14:00:00")

    # === ON THE WAY === #

    def test_edited_again_on_the_way(self):
        tickets = [self._file("2026-06-02 07:00:00") for _number in range(5)]
        self._edit(hours=6)
        self.assertEqual(self._run_job(batches=1), [2])
        self.assertClock(tickets[1], "response", "ongoing", "2026-06-02 14:00:00")
        self._edit(hours=3)
        self.assertEqual(sum(self._run_job()), 5)
        self.assertFalse(self.refreshes.search([]))
        for ticket in tickets:
            self.assertClock(ticket, "response", "ongoing", "2026-06-02 10:00:00")

    def test_goes_on_where_it_stopped(self):
        tickets = [self._file("2026-06-02 07:00:00") for _number in range(5)]
        self._edit(hours=6)
        self.assertEqual(self._run_job(batches=1), [2])
        self.assertEqual(self._run_job(batches=1), [2])
        self.assertClock(tickets[3], "response", "ongoing", "2026-06-02 14:00:00")
        self.assertClock(tickets[4], "response", "ongoing", "2026-06-02 12:00:00")
        self.assertEqual(self._run_job(), [1, 0])
        self.assertClock(tickets[4], "response", "ongoing", "2026-06-02 14:00:00")

    def test_what_fails_keeps_no_other_back(self):
        tickets = [self._file("2026-06-02 07:00:00") for _number in range(7)]
        self._edit(hours=6)
        cls = type(tickets[0])
        follow = cls._sla_follow_promise

        def fail(records, refresh):
            if tickets[2] in records:
                raise ValueError("broken")
            return follow(records, refresh)

        self.patch(cls, "_sla_follow_promise", fail)
        self.patch(self.env.cr, "rollback", self.env.clear)
        with mute_logger(MODEL):
            self._run_job(size=4)
        self.assertFalse(self.refreshes.search([]))
        for number, ticket in enumerate(tickets):
            due = "2026-06-02 12:00:00" if number == 2 else "2026-06-02 14:00:00"
            self.assertClock(ticket, "response", "ongoing", due)

    def test_ended_meanwhile_keeps_what_was_frozen(self):
        """What an agent does meanwhile is judged by the new promise, and not again."""
        ticket = self._file("2026-06-02 07:00:00")
        other = self._file("2026-06-02 07:00:00")
        self._edit(hours=6)
        self._write("2026-06-02 08:10:00", ticket, stage_id=self.stage_done.id)
        self.assertClock(ticket, "resolution", "met", "2026-06-02 14:00:00")
        picture = self._picture(ticket)
        self._run_job("2026-06-02 08:20:00")
        self.assertEqual(self._picture(ticket), picture)
        self.assertClock(other, "resolution", "ongoing", "2026-06-02 14:00:00")

    def test_touched_meanwhile_as_after_the_edit(self):
        """Whoever is quicker than the job finds the log as the edit leaves it."""
        answer, close, hold, change = (
            self._file("2026-06-01 07:00:00") for _number in range(4)
        )
        fresh = self._file("2026-06-02 07:00:00")
        tickets = answer + close + hold + change + fresh

        def work(moment):
            self._answer(moment, answer)
            self._write(moment, close, stage_id=self.stage_done.id)
            self._write(moment, hold, stage_id=self.stage_awaiting.id)
            self._write(moment, change, priority="3")
            self._answer(moment, fresh)

        for hours in (0.25, 30):
            pictures = []
            for limit in (1000, 0):
                self._limit(limit)
                with self.cr.savepoint() as savepoint:
                    self._edit(hours=hours)
                    work("2026-06-02 08:00:10")
                    self._run_job("2026-06-02 08:00:10")
                    pictures.append(self._picture(tickets))
                    savepoint.rollback()
                self.env.invalidate_all()
            for ticket, one, other in zip(tickets, *pictures, strict=True):
                with self.subTest(hours=hours, ticket=tickets.ids.index(ticket.id)):
                    self.assertEqual(other, one)

    # === NOBODY IS TOLD === #

    def _notify(self, moment):
        with self.at(moment), patch.object(self.env.cr, "commit", self.env.cr.flush):
            self.env["helpdesk.ticket"]._cron_sla_notices()
            self.env.flush_all()
        self.env.invalidate_all()

    def test_no_volley(self):
        """Late by the edit, and late by a promise that is no more."""
        shorter = [self._file("2026-06-02 07:00:00") for _number in range(3)]
        self._edit(hours=0.5)
        self._notify("2026-06-02 08:00:30")
        self._run_job("2026-06-02 08:01:00", batches=1)
        self._notify("2026-06-02 08:02:00")
        self._run_job("2026-06-02 08:03:00")
        self._notify("2026-06-02 09:00:00")
        for ticket in shorter:
            self.assertFalse(ticket.activity_ids)
            self.assertIn("noticed", ticket.event_ids.mapped("kind"))
        longer = self._file("2026-06-02 07:00:00", priority="3")
        line = self.plan_4.sla_ids.filtered(lambda each: each.priority == "3")
        with self.at("2026-06-02 08:10:00"):
            line.write({"response_hours": 30, "resolution_hours": 30})
        # The two hours of before are over before the job comes.
        self._notify("2026-06-02 09:30:00")
        self.assertFalse(longer.activity_ids)
        self.assertEqual(longer.event_ids.mapped("kind"), ["filed"])
        self._run_job("2026-06-02 09:40:00")
        self.assertFalse(longer.response_breached_at)

    # === WHOEVER EDITS === #

    def test_line_on_the_forms(self):
        for _number in range(4):
            self._file("2026-06-02 07:00:00")
        self.assertFalse(self.plan_4.clock_refresh_notice)
        self._edit(hours=6)
        self.assertTrue(self.plan_4.clock_refresh_notice)
        self.assertEqual(self.plan_4.clock_refresh_progress, 0)
        self._run_job(batches=1, size=1)
        for record in (self.plan_4, self.CAL):
            self.assertTrue(record.with_user(self.agent).clock_refresh_notice)
            self.assertEqual(record.clock_refresh_progress, 25)
            self.assertIn("clock_refresh_notice", Form(record)._view["fields"])
        self.assertFalse(self.plan_24.clock_refresh_notice)
        self._run_job()
        self.env.invalidate_all()
        for record in (self.plan_4, self.CAL):
            self.assertFalse(record.clock_refresh_notice)

    def test_nobody_writes_it(self):
        self._file("2026-06-02 07:00:00")
        self._edit(hours=6)
        refresh = self.refreshes.search([])
        self.assertEqual(refresh.with_user(self.manager).plan_id, self.plan_4)
        self.assertEqual(refresh.user_id, self.editor)
        for user, work in (
            (self.manager, lambda own: own.write({"last_ticket_id": 10**6})),
            (self.manager, lambda own: own.unlink()),
            (self.agent, lambda own: own.read(["done_count"])),
            (self.a1, lambda own: own.read(["done_count"])),
        ):
            with self.assertRaises(AccessError):
                work(refresh.with_user(user))

    def test_an_edit_costs_the_same_however_many_there_are(self):
        counts = []
        for more in (1, 2, 40):  # the first fills the caches that outlive it
            self.env["helpdesk.ticket"].create(
                [
                    {
                        "name": str(number),
                        "description": "x",
                        "partner_id": self.a1.partner_id.id,
                        "category_id": self.category_in.id,
                    }
                    for number in range(more)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for name, value in (("resolution_hours", 20), ("response_hours", 10)):
                self.line.write({name: value + more / 10})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.refreshes.search([]).unlink()
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[1], 20)

    def test_a_line_of_the_log_for_each_who_is_late(self):
        """Nor two where an edit follows another one before the job has come."""
        ticket = self._file("2026-06-01 07:00:00")
        self._edit(hours=30)
        self.refreshes.search([]).transaction = "3"  # another one's
        self._edit("2026-06-02 08:00:05", hours=31)
        self.assertEqual(self.refreshes.search_count([]), 2)
        self._run_job("2026-06-02 08:01:00")
        breaches = ticket.event_ids.filtered(lambda event: event.kind == "breached")
        self.assertEqual(sorted(breaches.mapped("clock")), ["resolution", "response"])
        self.assertEqual(ticket.response_breached_at, datetime(2026, 6, 1, 12))
        self.assertEqual(breaches.user_id, self.editor)
        self.assertLess(breaches[0].at, fields.Datetime.now())
