# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..browser_common import BrowserCase
from ..sla_common import SlaCase

REPORT = "/odoo/action-omydoo_helpdesk.helpdesk_ticket_sla_action?view_type=graph"
CHART = (
    "window.Chart && Chart.getChart(document.querySelector('.o_graph_renderer canvas'))"
)
COLOURS = """
Object.fromEntries(
    Chart.getChart(document.querySelector(".o_graph_renderer canvas"))
        .data.datasets.map((bars) => [bars.label, bars.backgroundColor])
)
"""


@tagged("post_install", "-at_install")
class TestReportColours(SlaCase, BrowserCase):
    """A15: the graph painted what is held red, and what was missed orange."""

    def test_colours_mean_what_they_mean_elsewhere(self):
        held, met, missed = (self._file("2026-06-01 07:00:00") for _number in range(3))
        for ticket in (held, met, missed):
            self._answer("2026-06-01 08:00:00", ticket)
        self._write("2026-06-01 09:00:00", met, stage_id=self.stage_done.id)
        self._write("2026-06-01 09:00:00", held, stage_id=self.stage_awaiting.id)
        self._write("2026-06-30 09:00:00", missed, stage_id=self.stage_done.id)
        self.assertEqual(
            (held + met + missed).mapped("resolution_state"), ["held", "met", "missed"]
        )
        self.env["helpdesk.ticket"].search(
            [("id", "not in", (held + met + missed).ids)]
        ).active = False
        self.env["res.users.settings"]._find_or_create_for_user(self.manager)
        with self._browse(self.manager) as browser:
            self._open_page(browser, REPORT)
            self._wait_until(browser, CHART)
            shown = self._evaluate(browser, COLOURS)
        labels = dict(
            self.env["helpdesk.ticket"]
            ._fields["resolution_state"]
            ._description_selection(self.env)
        )
        for state, colour in (
            ("met", "#28a745"),  # green
            ("missed", "#dc3545"),  # red
            ("held", "#adb5bd"),  # grey
        ):
            self.assertEqual(shown[labels[state]], colour, state)
