# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.exceptions import UserError

from .bug_common import BugCase


class TestMaintenanceWindow(BugCase):
    """When the weekly update is."""

    def _next(self, moment):
        start = self.window._get_next_start(fields.Datetime.to_datetime(moment))
        return fields.Datetime.to_string(start)

    def test_same_week_and_next(self):
        # Monday 1 June 2026; Paris is two hours ahead of UTC.
        self.assertEqual(self._next("2026-06-01 10:00:00"), "2026-06-02 20:00:00")
        self.assertEqual(self._next("2026-06-02 19:59:59"), "2026-06-02 20:00:00")
        self.assertEqual(self._next("2026-06-02 20:00:00"), "2026-06-09 20:00:00")

    def test_clock_change(self):
        # Winter time from Sunday 25 October 2026: one hour ahead.
        self.assertEqual(self._next("2026-10-20 21:00:00"), "2026-10-27 21:00:00")
        self.window.write({"weekday": "6", "hour": 2.5})
        # 02:30 does not exist on Sunday 29 March 2026: it is 03:30, at 01:30 UTC.
        self.assertEqual(self._next("2026-03-25 10:00:00"), "2026-03-29 01:30:00")

    def test_holiday_moves_it(self):
        # Tuesday 14 July 2026 is a holiday in France, and the desk bridges the 15th.
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Fête nationale",
                "company_id": self.company.id,
                "calendar_id": self.CAL.id,
                "date_from": "2026-07-13 22:00:00",
                "date_to": "2026-07-15 21:59:59",
            }
        )
        self.assertEqual(self._next("2026-07-13 10:00:00"), "2026-07-16 20:00:00")
        # Already beyond the Tuesday, and still before the moved one.
        self.assertEqual(self._next("2026-07-15 10:00:00"), "2026-07-16 20:00:00")
        self.assertEqual(self._next("2026-07-16 20:00:00"), "2026-07-21 20:00:00")

    def test_holiday_of_another_company(self):
        other = self.env["res.company"].create({"name": "Beta"})
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "company_id": other.id,
                "calendar_id": other.resource_calendar_id.id,
                "date_from": "2026-06-02 00:00:00",
                "date_to": "2026-06-03 00:00:00",
            }
        )
        self.assertEqual(self._next("2026-06-01 10:00:00"), "2026-06-02 20:00:00")

    def test_next_update_is_made_once(self):
        with self.at("2026-06-01 10:00:00"):
            update = self.env["support.update"]._get_next(self.company)
            self.assertStart(update, "2026-06-02 20:00:00")
            self.assertEqual(self.env["support.update"]._get_next(self.company), update)

    def test_no_window(self):
        self.window.unlink()
        bug = self._create_bug()
        with self.assertRaisesRegex(UserError, "no weekly maintenance window"):
            bug.action_plan_next_update()

    def test_failed_content_moves(self):
        bug, other = self._create_bug(kind="generic"), self._create_bug(kind="generic")
        update = self._plan("2026-06-01 10:00:00", bug + other)
        wizard = (
            self.env["support.update.fail"]
            .with_user(self.agent)
            .create(
                {
                    "line_ids": [Command.set(bug.line_ids.ids)],
                    "reason": "The tests in pre-production failed",
                }
            )
        )
        with self.at("2026-06-02 18:00:00"):
            wizard.action_confirm()
        self.assertStart(bug.update_id, "2026-06-09 20:00:00")
        self.assertEqual(other.update_id, update)
        self.assertEqual(
            bug.line_ids.sorted("id").mapped("state"), ["failed", "planned"]
        )
        self._done("2026-06-02 21:00:00", update)
        self.assertFalse(bug.released_at)
        self.assertTrue(other.released_at)

    def test_cancelled_update_moves_its_content(self):
        bug = self._create_bug(kind="generic")
        update = self._plan("2026-06-01 10:00:00", bug)
        with self.at("2026-06-01 11:00:00"):
            update.action_cancel()
        self.assertEqual(update.state, "cancelled")
        self.assertStart(bug.update_id, "2026-06-09 20:00:00")

    def test_done_twice(self):
        update = self._plan("2026-06-01 10:00:00", self._create_bug(kind="generic"))
        self._done("2026-06-02 21:00:00", update)
        with self.assertRaisesRegex(UserError, "not planned any more"):
            update.action_done()
        with self.assertRaisesRegex(UserError, "is kept"):
            update.unlink()
