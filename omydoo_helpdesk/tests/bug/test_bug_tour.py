# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import HttpCase, tagged

from ..desk.test_odoorpc import TestOdooRpc
from .bug_common import BugCase


@tagged("post_install", "-at_install")
class TestBugTour(BugCase, HttpCase):
    """An agent links a ticket to a known bug and puts it on the next update."""

    browser_size = "1600x900"

    def test_agent_links_a_known_bug(self):
        bug = self._create_bug(kind="generic")
        ticket = self._create_ticket(name="VAT report counts the credit notes twice")
        self.start_tour(
            f"/odoo/helpdesk-tickets/{ticket.id}",
            "omydoo_helpdesk_agent_links_a_known_bug",
            login=self.agent.login,
        )
        ticket.invalidate_recordset()
        self.assertEqual(ticket.upstream_bug_id, bug)
        self.assertEqual(ticket.resolution_state, "held")
        self.assertEqual(ticket.hold_party, "update")
        self.assertEqual(bug.update_id.scheduled_at, self.window.next_start)


@tagged("post_install", "-at_install")
class TestBugRpc(BugCase, HttpCase):
    """What integrators' scripts do."""

    _connect = TestOdooRpc._connect

    def test_integrator_plans_an_update(self):
        bug = self._create_bug(kind="generic")
        ticket = self._create_ticket()
        with self.allow_requests(all_requests=True):
            env = self._connect(self.agent).env
            wizard = env["helpdesk.ticket.known.bug"].create(
                {"ticket_ids": [Command.set(ticket.ids)], "bug_id": bug.id}
            )
            env["helpdesk.ticket.known.bug"].action_confirm([wizard])
            env["support.upstream.bug"].action_plan_next_update([bug.id])
            row = env["helpdesk.ticket"].read(
                [ticket.id], ["resolution_state", "hold_party"]
            )[0]
            update = env["support.upstream.bug"].read([bug.id], ["update_id"])[0]
            env["support.update"].action_done([update["update_id"][0]])
        self.assertEqual(
            (row["resolution_state"], row["hold_party"]), ("held", "update")
        )
        bug.invalidate_recordset()
        self.assertTrue(bug.released_at)
