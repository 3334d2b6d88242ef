# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import odoorpc

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestOdooRpc(SlaCase, HttpCase):
    """What integrators' scripts do from outside."""

    def _connect(self, user):
        user.password = user.login
        self.env.flush_all()
        client = odoorpc.ODOO("127.0.0.1", port=self.http_port())
        client.login(self.env.cr.dbname, user.login, user.login)
        return client

    def test_agent_lists_late_tickets_in_one_call(self):
        late = self._file("2026-06-01 07:00:00")
        self._file("2030-06-03 07:00:00")
        with self.allow_requests(all_requests=True):
            tickets = self._connect(self.agent).env["helpdesk.ticket"]
            rows = tickets.search_read(
                [
                    ("is_late", "=", True),
                    ("commercial_partner_id", "=", self.customer_a.id),
                ],
                ["scope", "coverage", "response_deadline", "resolution_deadline"],
            )
        self.assertEqual(
            rows,
            [
                {
                    "id": late.id,
                    "scope": "in_scope",
                    "coverage": "subscription",
                    "response_deadline": "2026-06-01 12:00:00",
                    "resolution_deadline": "2026-06-01 12:00:00",
                }
            ],
        )

    def test_results_and_log_are_out_of_reach(self):
        ticket = self._file("2026-06-01 07:00:00")
        with (
            self.allow_requests(all_requests=True),
            mute_logger("odoo.http", "odoo.sql_db"),
        ):
            env = self._connect(self.agent).env
            calls = (
                ("helpdesk.ticket", "write", [[ticket.id], {"response_state": "met"}]),
                (
                    "support.ticket.event",
                    "create",
                    [{"ticket_id": ticket.id, "at": "2026-06-01", "kind": "answered"}],
                ),
                ("support.ticket.event", "unlink", [ticket.event_ids.ids]),
                ("helpdesk.ticket", "_sla_log_answer", [[ticket.id]]),
            )
            for model, method, args in calls:
                with (
                    self.subTest(method=method),
                    self.assertRaises(odoorpc.error.RPCError),
                ):
                    env[model]._odoo.execute(model, method, *args)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.response_state, "ongoing")
        self.assertEqual(ticket.event_ids.mapped("kind"), ["filed"])

    def test_employee_without_helpdesk_rights(self):
        ticket = self._file("2026-06-01 07:00:00")
        employee = new_test_user(self.env, "employee", groups="base.group_user")
        with self.allow_requests(all_requests=True):
            tickets = self._connect(employee).env["helpdesk.ticket"]
            self.assertFalse(tickets.search([("id", "=", ticket.id)]))

    def test_time_is_logged_by_a_script(self):
        self.env["hr.employee"].create(
            {"name": "Agent", "user_id": self.agent.id, "company_id": self.company.id}
        )
        ticket = self._file("2026-06-01 07:00:00")
        with (
            self.allow_requests(all_requests=True),
            mute_logger("odoo.http", "odoo.sql_db"),
        ):
            env = self._connect(self.agent).env
            lines = env["account.analytic.line"]
            line_id = lines.create(
                {"ticket_id": ticket.id, "name": "By a script", "unit_amount": 0.1}
            )
            lines.write([line_id], {"unit_amount": 0.2})
            (row,) = env["helpdesk.ticket"].read(
                [ticket.id], ["total_hours", "timesheet_ids", "last_timesheet_activity"]
            )
            stranger = self._connect(self.b1).env["account.analytic.line"]
            with self.assertRaises(odoorpc.error.RPCError):
                stranger.create({"ticket_id": ticket.id, "unit_amount": 1})
        self.assertEqual(row["timesheet_ids"], [line_id])
        self.assertAlmostEqual(row["total_hours"], 0.2)
        line = self.env["account.analytic.line"].browse(line_id)
        # Covered by the subscription: nothing is charged.
        self.assertFalse(line.so_line)
        self.assertEqual(line.user_id, self.agent)
