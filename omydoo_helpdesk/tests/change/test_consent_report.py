# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .change_common import ChangeCase


@tagged("post_install", "-at_install")
class TestConsentReport(ChangeCase):
    """From the question to the answer, once for each time that it was asked."""

    def _lines(self, change, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        report = self.env["support.consent.report"].with_user(user or self.manager)
        return [
            (line.answer, round(line.days, 6), bool(line.answered_at))
            for line in report.search([("change_id", "=", change.id)], order="id")
        ]

    def test_agreed(self):
        self._ask(self.change)  # on Monday at 08:00
        self.assertEqual(self._lines(self.change), [("waiting", 0, False)])
        with self.at("2026-06-02 20:00:00"):
            self._agree(self.change)
        self.assertEqual(self._lines(self.change), [("agreed", 1.5, True)])

    def test_asked_again(self):
        self._ask(self.change)
        with self.at("2026-06-02 08:00:00"):
            self.change.write(
                {
                    "description": "Change the tax of 14 products.",
                    "backup_at": "2026-06-02 04:00:00",
                }
            )
            self._test(self.change)
            self.change.action_confirm_backup()
            self.change.action_ask()
        with self.at("2026-06-02 14:00:00"):
            self.change._refuse(
                self.a1.partner_id,
                self._text_hash(self.change),
                "fr_FR",
                "Not now",
                {"ip_address": "192.0.2.7", "user_agent": "Test"},
            )
        self.assertEqual(
            self._lines(self.change), [("none", 0, False), ("refused", 0.25, True)]
        )

    def test_average(self):
        other = self._create_change(name="Another one")
        for change in (self.change, other):
            self._ask(change)
        with self.at("2026-06-02 08:00:00"):
            self._agree(self.change)
        with self.at("2026-06-04 08:00:00"):
            self._agree(other)
        third = self._create_change(name="Not answered")
        self._ask(third)
        self.env.flush_all()
        report = self.env["support.consent.report"].with_user(self.manager)
        changes = self.change + other + third
        [(count, days)] = report._read_group(
            [("change_id", "in", changes.ids)], [], ["__count", "days:avg"]
        )
        # Who has not answered yet does not make the others faster.
        self.assertEqual((count, days), (3, 2.0))

    def test_who_reads_it(self):
        self._ask(self.change)
        for user in (self.a1, self.agent):
            with self.assertRaises(AccessError):
                self._lines(self.change, user)
        line = self.env["support.consent.report"].with_user(self.manager)
        line = line.search([("change_id", "=", self.change.id)])
        self.assertEqual(line.action_view_change()["res_id"], self.change.id)
