# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.tests import HttpCase, tagged

from ..sla_common import SlaCase

FIELDS = ["name", "response_state", "priority", "claimed_priority"]


@tagged("post_install", "-at_install")
class TestAgentTour(SlaCase, HttpCase):
    """The browser's clock is the real one: filings are told from now."""

    browser_size = "1600x900"

    def test_agent_works_by_deadline(self):
        self.plan_4.calendar_id = False  # every hour counts, whenever this runs
        self.plan_4.sla_ids.filtered(lambda line: line.priority == "0").write(
            {"response_hours": 700, "resolution_hours": 720}
        )
        now = datetime.now().replace(microsecond=0)
        for days, name, vals in (
            (2, "Late request", {"priority": "1"}),
            (1, "Request due later", {"priority": "0"}),
            (0, "Request out of scope", {"category_id": self.category_out.id}),
        ):
            self._file(str(now - timedelta(days=days)), name=name, **vals)
        self.start_tour(
            "/odoo/helpdesk-tickets",
            "omydoo_helpdesk_agent_works_by_deadline",
            login=self.agent.login,
        )

    def test_agent_answers_what_became_urgent(self):
        """Claimed is not agreed: the form works, and shows what an answer changes."""
        self.plan_4.calendar_id = False
        ticket = self._file(
            str(datetime.now().replace(microsecond=0)),
            claimed_priority="3",
            name="Became urgent",
        )
        ticket.priority = "1"  # as agreed before reasons were asked
        self.env.flush_all()
        self.assertFalse(ticket.priority_reason)
        self.start_tour(
            f"/odoo/action-helpdesk_mgmt.helpdesk_ticket_action/{ticket.id}",
            "omydoo_helpdesk_agent_answers_what_became_urgent",
            login=self.agent.login,
        )
        self.env.invalidate_all()
        self.assertEqual(
            ticket.read(FIELDS, load=None),
            [
                {
                    "id": ticket.id,
                    "name": "Became urgent on Monday",
                    "response_state": "met",
                    "priority": "1",
                    "claimed_priority": "3",
                }
            ],
        )

    def test_three_looks(self):
        """Late, at risk and calm are told apart, in the list and on the board."""
        self.plan_4.calendar_id = False
        line = self.plan_4.sla_ids.filtered(lambda line: line.priority == "1")
        line.write({"response_hours": 10, "resolution_hours": 100})
        now = datetime.now().replace(microsecond=0)
        for hours, name in ((11, "Is late"), (9, "Is at risk"), (1, "Is calm")):
            self._file(str(now - timedelta(hours=hours)), name=name)
        self.start_tour(
            "/odoo/helpdesk-tickets",
            "omydoo_helpdesk_agent_tells_three_looks_apart",
            login=self.agent.login,
        )
