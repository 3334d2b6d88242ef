# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from psycopg2.errors import CheckViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .bug_common import BugCase


@tagged("post_install", "-at_install")
class TestBugDelay(BugCase):
    """The delay of the editor, by the days of the states that people set."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.support_bug_days_blocking = 14
        cls.company.support_bug_days_major = 60

    def _report(self, severity="blocking", **vals):
        return self.env["support.upstream.bug"].create(
            {
                "name": "VAT twice",
                "severity": severity,
                "reported_on": "2026-03-02",
                **vals,
            }
        )

    def _told(self, bug):
        return (
            bug.editor_target_days,
            bug.editor_due_on,
            bug.editor_result,
            bug.editor_days,
        )

    def test_at_the_editor(self):
        bug = self._report()
        due = date(2026, 3, 16)
        self.assertEqual(self._told(bug), (14, due, "ongoing", 0))

    def test_kept_on_the_last_day(self):
        bug = self._report()
        bug.write({"state": "fixed", "fixed_on": "2026-03-16"})
        self.assertEqual(self._told(bug)[2:], ("met", 14))
        # The day was another one: whoever knows it says so.
        bug.fixed_on = "2026-03-17"
        self.assertEqual(self._told(bug)[2:], ("missed", 15))

    def test_refused(self):
        bug = self._report("major")
        bug.write({"state": "refused", "refused_on": "2026-04-01"})
        self.assertEqual(self._told(bug)[2:], ("met", 30))

    def test_not_repaired_after_all(self):
        bug = self._report()
        bug.write({"state": "fixed", "fixed_on": "2026-03-05"})
        bug.state = "accepted"
        self.assertEqual(self._told(bug)[2:], ("ongoing", 0))

    def test_no_target(self):
        for bug in (self._report("minor"), self._report(False)):
            self.assertEqual(self._told(bug), (0, False, "none", 0))
        generic = self._report(kind="generic")
        self.assertEqual(self._told(generic), (0, False, False, 0))

    def test_settings_change(self):
        is_open, done = self._report(), self._report()
        done.write({"state": "fixed", "fixed_on": "2026-03-10"})
        other = self.env["res.company"].create({"name": "Beta"})
        other.support_bug_days_blocking = 1
        self.company.support_bug_days_blocking = 7
        self.assertEqual(self._told(is_open)[:2], (7, date(2026, 3, 9)))
        # What was kept then stays kept.
        self.assertEqual(self._told(done)[::2], (14, "met"))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.cr.savepoint(),
        ):
            self.company.support_bug_days_minor = -1
            self.env.flush_all()

    def test_late(self):
        late = self._report()
        done = self._report()
        done.write({"state": "fixed", "fixed_on": "2026-03-30"})
        bugs = late + done + self._report(reported_on="2999-01-01")
        found = bugs.search([("id", "in", bugs.ids), ("is_editor_late", "=", True)])
        self.assertEqual(found, late)
        self.assertEqual(bugs.filtered("is_editor_late"), late)
        found = bugs.search([("id", "in", bugs.ids), ("is_editor_late", "=", False)])
        self.assertEqual(found, bugs - late)

    def test_report(self):
        self._report().write({"state": "fixed", "fixed_on": "2026-03-12"})
        self._report().write({"state": "fixed", "fixed_on": "2026-03-22"})
        # What the editor still has does not make the others faster.
        self._report()
        bugs = self.env["support.upstream.bug"].with_user(self.agent)
        [(count, days)] = bugs._read_group(
            [("severity", "=", "blocking")], [], ["__count", "editor_days:avg"]
        )
        self.assertEqual((count, days), (3, 15.0))
