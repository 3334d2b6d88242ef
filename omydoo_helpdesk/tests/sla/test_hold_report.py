# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_hold import HoldCase


@tagged("post_install", "-at_install")
class TestHoldReport(HoldCase):
    """The hours on hold, each with the party that was waited for."""

    def _hours(self, ticket, user=None):
        report = self.env["support.hold.report"].with_user(user or self.manager)
        return {
            party: hours
            for party, hours in report._read_group(
                [("ticket_id", "=", ticket.id)], ["party"], ["hours:sum"]
            )
        }

    def test_by_party(self):
        # Monday 1 June: 10:00 to 11:00 and 11:00 to 14:00 in Paris, without the hour
        # of lunch.
        ticket = self._file("2026-06-01 07:00:00", user_id=self.agent.id)
        stage = self.stage_progress
        self._write("2026-06-01 07:40:00", ticket, stage_id=stage.id)
        self._hold("2026-06-01 08:00:00", ticket, "editor")
        self._hold("2026-06-01 09:00:00", ticket, "third_party")
        self._write("2026-06-01 12:00:00", ticket, stage_id=self.stage_awaiting.id)
        self._write("2026-06-01 12:00:00", ticket, stage_id=stage.id)
        self.assertEqual(self._hours(ticket), {"editor": 1.0, "third_party": 2.0})
        report = self.env["support.hold.report"].with_user(self.manager)
        line = report.search([("ticket_id", "=", ticket.id)], limit=1)
        self.assertEqual(line.action_view_ticket()["res_id"], ticket.id)

    def test_who_reads_it(self):
        ticket = self._file("2026-06-01 07:00:00", user_id=self.agent.id)
        self._hold("2026-06-01 08:00:00", ticket, "editor")
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_progress.id)
        for user in (self.a1, self.agent):
            with self.assertRaises(AccessError):
                self._hours(ticket, user)
        self.manager.write(
            {
                "company_ids": [(4, self.env["res.company"].create({"name": "B"}).id)],
            }
        )
        other = self.manager.company_ids - self.company
        report = self.env["support.hold.report"].with_user(self.manager)
        report = report.with_context(allowed_company_ids=other.ids)
        self.assertFalse(report.search([("ticket_id", "=", ticket.id)]))
