# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.tests import HttpCase, tagged

from ..sla_common import SlaCase


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
