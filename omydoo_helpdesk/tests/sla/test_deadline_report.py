# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import Form, tagged

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestDeadlineReport(SlaCase):
    """Which part of the promises was kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["helpdesk.ticket"]

    def _file_three(self):
        """Two answered in time and one too late; one of them solved, one cancelled."""
        for answered_at in ("2026-06-01 08:00:00",) * 2 + ("2026-06-05 08:00:00",):
            ticket = self._file("2026-06-01 07:00:00")
            self._answer(answered_at, ticket)
            self.tickets |= ticket
        self._write("2026-06-01 08:30:00", self.tickets[0], stage_id=self.stage_done.id)
        self._write(
            "2026-06-01 08:30:00", self.tickets[1], stage_id=self.stage_cancelled.id
        )

    def _read(self, groupby, *fields):
        return self.tickets.with_user(self.manager).formatted_read_group(
            [("id", "in", self.tickets.ids)],
            groupby,
            [f"{field}:avg" for field in fields] + ["__count"],
        )

    def test_rate_leaves_out_what_was_neither_kept_nor_missed(self):
        self._file_three()
        (row,) = self._read([], "response_rate", "resolution_rate")
        self.assertAlmostEqual(row["response_rate:avg"], 2 / 3)
        self.assertEqual(row["resolution_rate:avg"], 1)
        self.assertEqual(row["__count"], 3)
        (row,) = self._read(["priority"], "response_rate")
        self.assertAlmostEqual(row["response_rate:avg"], 2 / 3)
        self.assertEqual(
            self.tickets.mapped("response_rate"), [1, 1, 0], "as of each ticket"
        )

    def test_nothing_ended_has_no_rate(self):
        self.tickets = self._file("2026-06-01 07:00:00")
        (row,) = self._read([], "response_rate")
        self.assertFalse(row["response_rate:avg"])

    def test_time_closed_is_neither_used_nor_waited_for(self):
        """Reopened after weeks: the report tells of the hours that were worked.

        https://github.com/glpi-project/glpi/issues/23359 (the time from the solution
        to the reopening counted as pending)
        """
        ticket = self.tickets = self._file("2026-06-01 07:00:00")
        self._answer("2026-06-01 08:00:00", ticket)
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_done.id)
        self._write("2026-06-10 07:00:00", ticket, stage_id=self.stage_progress.id)
        (row,) = self._read(["hold_party"], "resolution_rate")
        self.assertFalse(row["hold_party"], "nobody was waited for")
        self.assertFalse(row["resolution_rate:avg"], "it is open again")
        self._write("2026-06-10 09:00:00", ticket, stage_id=self.stage_done.id)
        (row,) = self._read([], "resolution_rate")
        self.assertEqual(row["resolution_rate:avg"], 1)

    def test_time_that_waits_for_the_customer_is_not_used(self):
        """https://github.com/glpi-project/glpi/pull/15948: the part that is used up
        went on growing while the ticket was pending.
        """
        ticket = self.tickets = self._file("2026-06-01 07:00:00")
        self._answer("2026-06-01 08:00:00", ticket)
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_awaiting.id)
        with self.at("2026-06-30 07:00:00"):
            ticket.invalidate_recordset()
            (row,) = self._read(["resolution_state"], "resolution_rate")
            self.assertEqual(row["resolution_state"], "held")
            self.assertFalse(row["resolution_rate:avg"])
            for name in ("is_late", "is_at_risk"):
                self.assertFalse(
                    self.tickets.search([(name, "=", True), ("id", "=", ticket.id)])
                )

    def test_reports_offer_the_rates_first(self):
        """They are measures for the client, and sample data are shown nowhere."""
        fields = self.tickets.with_user(self.manager).fields_get(
            ["response_rate", "resolution_rate"], ["aggregator"]
        )
        self.assertEqual({field["aggregator"] for field in fields.values()}, {"avg"})
        for xmlid in (
            "helpdesk_ticket_sla_action",
            "helpdesk_ticket_satisfaction_action",
        ):
            action = self.env.ref(f"omydoo_helpdesk.{xmlid}")
            self.assertTrue(action.help, "an empty page says so")
            for view in action.view_ids.view_id:
                self.assertNotIn("sample", view.arch)

    def test_customers_read_no_rate(self):
        self.assertFalse(
            self.tickets.with_user(self.a1).fields_get(["response_rate"], ["string"])
        )
        self.assertTrue(Form(self.tickets.with_user(self.agent)))
