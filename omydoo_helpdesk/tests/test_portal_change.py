# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import odoorpc

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .change_common import ChangeMixin
from .portal_common import PortalCase
from .test_odoorpc import TestOdooRpc


@tagged("post_install", "-at_install")
class TestPortalChange(ChangeMixin, PortalCase):
    """A customer reads, agrees or refuses; nobody else reads or decides anything."""

    _connect = TestOdooRpc._connect

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_change()
        cls.change.backup_at = fields.Datetime.now()
        cls._ask(cls.change)
        cls.path = f"/my/changes/{cls.change.id}"

    def _answer(self, answer, path=None, **values):
        values = {
            "answer": answer,
            "text_hash": self._text_hash(self.change),
            "lang": "fr_FR",
            "signed_name": "Anne Un",
            "backup": "1",
            "note": "Pourquoi ? Parce que.",
            **values,
        }
        res = self._post(f"{path or self.path}/answer", values)
        self.change.invalidate_recordset()
        return res

    def test_customer_agrees(self):
        self._login(self.a1)
        self.assertIn(self.change.name, self._get("/my/changes").text_content())
        ticket = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertTrue(ticket.xpath(f"//a[@href='{self.path}']"))
        page = self._get(self.path)
        text = page.xpath("//*[@id='support_change_text']")[0].text_content()
        self.assertEqual(text.strip(), self.change._get_text("fr_FR").strip())
        form = page.xpath("//form[@name='support_agree']")[0]
        sent = {
            field.get("name"): field.get("value") for field in form.xpath(".//input")
        }
        self.assertEqual(form.get("method"), "post")
        # Reading decides nothing.
        self.change.invalidate_recordset()
        self.assertEqual(self.change.state, "awaiting")
        res = self._post(form.get("action"), {**sent, "signed_name": "Anne Un"})
        self.assertEqual(res.status_code, 303)
        self.change.invalidate_recordset()
        self.assertEqual(self.change.state, "agreed")
        event = self.change.consent_event_id
        self.assertEqual((event.user_id, event.lang), (self.a1, "fr_FR"))
        self.assertTrue(event.ip_address)
        record = self.url_open(f"{self.path}/record")
        self.assertEqual(record.status_code, 200)
        # A PDF where one can be made, which tests are given as a page.
        self.assertTrue(
            record.content.startswith(b"%PDF") or event.text_hash in record.text
        )

    def test_nothing_without_name_or_backup(self):
        self._login(self.a1)
        for values in ({"signed_name": " "}, {"backup": ""}, {"text_hash": "0"}):
            res = self._answer("agree", **values)
            self.assertEqual(res.status_code, 409)
            self.assertEqual(self.change.state, "awaiting")
        self.assertIn("Anne Un", res.text)
        self.assertEqual(self._answer("dance").status_code, 400)

    def test_refuse_keeps_the_reason(self):
        self._login(self.a1)
        self.assertEqual(self._answer("refuse").status_code, 303)
        self.assertEqual(self.change.state, "refused")
        event = self.change.event_ids.sorted("id")[-1:]
        self.assertEqual(event.note, "Pourquoi ? Parce que.")
        self.assertIn(
            "Pourquoi ? Parce que.", self.change.activity_ids.mapped("note")[-1]
        )
        self.assertEqual(self._answer("agree").status_code, 409)
        self.assertEqual(self.change.state, "refused")

    def test_question_leaves_it_open(self):
        self._login(self.a1)
        self.assertEqual(self._answer("ask").status_code, 303)
        self.assertEqual(self.change.state, "awaiting")
        self.assertEqual(self._answer("ask", note=" ").status_code, 409)

    def test_edit_voids_what_was_read(self):
        self._login(self.a1)
        old = self._text_hash(self.change)
        self.change.with_user(self.agent).risk = "Nothing at all."
        res = self._answer("agree", text_hash=old)
        self.assertEqual(res.status_code, 409)
        self.assertEqual(self.change.state, "draft")
        self.change.action_ask()
        res = self._answer("agree", text_hash=old)
        self.assertEqual(res.status_code, 409)
        self.assertIn("Anne Un", res.text)
        self.assertEqual(self.change.state, "awaiting")

    @mute_logger("odoo.http")
    def test_others_read_and_decide_nothing(self):
        self.b1.partner_id.support_change_approver = True
        employee = new_test_user(
            self.env, "plain_user", groups="base.group_user", password="plain_user"
        )
        for user in (self.a2, self.b1, self.beta_user, self.agent, employee):
            self._login(user)
            for path in (self.path, f"{self.path}/record"):
                self.assertEqual(self.url_open(path).status_code, 404, user.login)
            listed = self.url_open("/my/changes").text
            self.assertNotIn(self.change.name, listed)
            for answer in ("agree", "refuse", "ask", "withdraw", "confirm"):
                res = self._answer(answer)
                self.assertEqual(res.status_code, 404, (user.login, answer))
        self.assertEqual(self.change.state, "awaiting")
        self.assertEqual(self.change.event_ids.mapped("kind").count("asked"), 1)

    @mute_logger("odoo.http")
    def test_signed_out_and_without_token(self):
        res = self.url_open(self.path)
        self.assertIn("/web/login", res.url)
        self._login(self.a1)
        for method in ("GET", "HEAD"):
            res = self.url_open(
                f"{self.path}/answer?answer=agree&backup=1&signed_name=x", method=method
            )
            self.assertEqual(res.status_code, 405)
        res = self.url_open(f"{self.path}/answer", data={"answer": "agree"})
        self.assertEqual(res.status_code, 400)
        self.change.invalidate_recordset()
        self.assertEqual(self.change.state, "awaiting")

    @mute_logger("odoo.http")
    def test_wrong_ids(self):
        self._login(self.a1)
        for number in ("0", "-1", "abc", "99999999999", str(self.change.id + 99)):
            self.assertEqual(self.url_open(f"/my/changes/{number}").status_code, 404)
            res = self._answer("agree", path=f"/my/changes/{number}")
            self.assertEqual(res.status_code, 404)

    def test_former_contact_and_reassigned_ticket(self):
        self._login(self.a1)
        self._get(self.path)
        self.ticket.partner_id = self.b1.partner_id
        self.env.flush_all()
        self._get(self.path, status=404)

    def test_rpc_does_not_apply(self):
        with (
            self.allow_requests(all_requests=True),
            mute_logger("odoo.http", "odoo.sql_db"),
        ):
            client = self._connect(self.agent)
            model = "support.production.change"
            ids = [self.change.id]
            for method, args in (
                ("write", [ids, {"state": "applied"}]),
                ("action_apply", [ids, "Done"]),
                ("_agree", [ids, self.a1.partner_id.id, "x", "fr_FR", "x", {}]),
                ("_write_engine", [ids, {"state": "applied"}]),
            ):
                with self.assertRaises(odoorpc.error.RPCError):
                    client.execute(model, method, *args)
        self.change.invalidate_recordset()
        self.assertEqual(self.change.state, "awaiting")
