# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from unittest.mock import patch

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..portal_common import PortalCase
from .time_common import TimeCase

REPORT = "odoo.addons.base.models.ir_actions_report.IrActionsReport"


@tagged("post_install", "-at_install")
class TestPortalPack(PortalCase, TimeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls._create_pack(cls.customer_a, 10, end="2099-12-31")
        cls.ticket = cls._create_ticket_out(name="A zeppelin report")
        cls.line = cls._log(
            cls.ticket,
            16 / 60,
            date=date(2026, 3, 2),
            support_customer_note="First draft",
        )
        cls.gesture = cls._log(
            cls.ticket,
            1,
            date=date(2026, 3, 3),
            support_no_charge=True,
            support_no_charge_reason="Our mistake",
        )

    def test_balance_and_charges(self):
        self._login(self.a1)
        page = self._get(f"/my/packs/{self.pack.id}")
        text = page.text_content()
        self.assertEqual(
            self._text(page, "//*[contains(@class, 'o_support_pack_left')]"), "9 h 30"
        )
        self.assertEqual(
            self._text(page, "//*[contains(@class, 'o_support_pack_used')]"), "30 min"
        )
        rows = [
            " ".join(row.text_content().split())
            for row in page.xpath("//tr[contains(@class, 'o_support_charge')]")
        ]
        self.assertEqual(len(rows), 2)
        self.assertIn("03/03/2026", rows[0])
        self.assertTrue(rows[0].endswith(" 0 min"))
        self.assertIn("A zeppelin report", rows[1])
        self.assertIn("First draft", rows[1])
        self.assertTrue(rows[1].endswith(" 30 min"))
        for internal in ("Internal words", "Our mistake", self.agent.name):
            self.assertNotIn(internal, text)
        path = self._localize(f"/my/packs/{self.pack.id}")
        self.assertTrue(page.xpath(f"//a[@href='{path}/statement']"))

    def test_gesture_in_words(self):
        """It read 10 min h."""
        self._log(
            self.ticket,
            1 / 6,
            support_no_charge=True,
            support_no_charge_reason="x",
        )
        self._login(self.a1)
        text = self._text(self._get(f"/my/packs/{self.pack.id}"), "//main")
        # In French where its terms are loaded.
        self.assertRegex(
            text,
            r"Gesture: 10 min not charged|Geste commercial\s: 10 min non décomptées",
        )

    def test_colleague_and_plan_page(self):
        self._login(self.a2)
        self._get(f"/my/packs/{self.pack.id}")
        page = self._get("/my/support")
        path = self._localize(f"/my/packs/{self.pack.id}")
        self.assertTrue(page.xpath(f"//a[@href='{path}']"))

    def test_others_get_404(self):
        draft = self.pack.order_id.copy().order_line
        for user, packs in (
            (self.b1, self.pack),
            (self.beta_user, self.pack),
            (self.a1, draft),
        ):
            self._login(user)
            for path in ("", "/page/2", "/statement"):
                self._get(f"/my/packs/{packs.id}{path}", status=404)
        for number in (0, 99999999, 99999999999999999999):
            self._get(f"/my/packs/{number}", status=404)

    def test_public_is_asked_to_sign_in(self):
        self.authenticate(None, None)
        response = self.url_open(f"/my/packs/{self.pack.id}")
        self.assertIn("/web/login", response.url)

    def test_pages(self):
        for day in range(1, 22):
            self._log(self.ticket, 0.25, date=date(2026, 1, day))
        self._login(self.a1)
        first = self._get(f"/my/packs/{self.pack.id}")
        second = self._get(f"/my/packs/{self.pack.id}/page/2")
        path = "//tr[contains(@class, 'o_support_charge')]"
        self.assertEqual(len(first.xpath(path)), 20)
        self.assertEqual(len(second.xpath(path)), 3)
        self._get(f"/my/packs/{self.pack.id}/page/999999")

    def test_statement_without_wkhtmltopdf(self):
        self._login(self.a1)
        with patch(f"{REPORT}.get_wkhtmltopdf_state", lambda report: "install"):
            response = self.url_open(f"/my/packs/{self.pack.id}/statement")
        self.assertEqual(response.status_code, 200)
        self.assertIn("text/html", response.headers["Content-Type"])
        for told in (
            "A zeppelin report",
            "First draft",
            "9 h 30",
            self.customer_a.name,
        ):
            self.assertIn(told, response.text)
        for internal in ("Internal words", "Our mistake"):
            self.assertNotIn(internal, response.text)

    def test_time_on_the_ticket(self):
        self._login(self.a1)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        text = self._text(page, "//details[@name='support_time']")
        self.assertIn("1 h 16", text)  # spent
        self.assertIn("30 min", text)  # charged
        self.assertIn("First draft", text)
        self.assertNotIn("Internal words", page.text_content())
        self.assertNotIn("Our mistake", page.text_content())
        other = self._create_ticket()
        page = self._get(f"/my/ticket/{other.id}")
        self.assertFalse(page.xpath("//details[@name='support_time']"))

    def test_not_by_rpc(self):
        """Neither the time nor the totals of a ticket, also with project sharing."""
        self.env.ref(
            "hr_timesheet.access_account_analytic_line_portal_user"
        ).active = True
        self.env.ref("hr_timesheet.timesheet_line_rule_portal_user").active = True
        project = self.line.sudo().project_id
        project.privacy_visibility = "portal"
        project.message_subscribe(self.a1.partner_id.ids)
        project._add_collaborators(self.a1.partner_id)
        self._login(self.a1)
        for model, field in (
            ("account.analytic.line", "name"),
            ("helpdesk.ticket", "total_hours"),
            ("helpdesk.ticket", "timesheet_ids"),
        ):
            try:
                rows = self._read(model, field)
            except JsonRpcException as error:
                self.assertIn("AccessError", str(error))
            else:
                self.assertFalse(rows, model)

    def _read(self, model, field):
        with mute_logger("odoo.http"):
            return self.make_jsonrpc_request(
                f"/web/dataset/call_kw/{model}/search_read",
                {
                    "model": model,
                    "method": "search_read",
                    "args": [[], [field]],
                    "kwargs": {},
                },
            )
