# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from datetime import timedelta

import odoorpc
from lxml import html

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..desk.test_odoorpc import TestOdooRpc
from ..portal_common import PortalCase
from .change_common import ChangeMixin


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

    def test_told_on_the_ticket(self):
        """P8: what was asked and what was answered, by whom, also to colleagues."""
        self._login(self.a1)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        standing = "//section[contains(@class, 'o_support_standing_customer')]"
        self.assertTrue(page.xpath(standing))
        self._answer("refuse")
        self.assertEqual(self.change.state, "refused")
        for user in (self.a1, self.a2):
            self._login(user)
            page = self._get(f"/my/ticket/{self.ticket.id}")
            steps = page.xpath("//li[@class='o_support_timeline_change']")
            texts = [" ".join(step.text_content().split()) for step in steps]
            self.assertEqual(len(texts), 2)
            self.assertIn(self.a1.name, texts[1])
            self.assertNotIn("Pourquoi ?", page.text_content())

    def test_customer_agrees(self):
        self._login(self.a1)
        self.assertIn(self.change.name, self._get("/my/changes").text_content())
        ticket = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertTrue(ticket.xpath(f"//a[@href='{self._localize(self.path)}']"))
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

    def test_signature_reads_as_it_was_typed(self):
        self._login(self.a1)
        # The override would have the record show the letters in reverse.
        self._answer("agree", signed_name="Anne \u202eenitraM\u202c \u2067Un\u2069")
        self.assertEqual(self.change.consent_event_id.signed_name, "Anne enitraM Un")

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
                ("_write_guarded", [ids, {"state": "applied"}]),
                ("_move", [ids, "applied"]),
            ):
                with self.assertRaises(odoorpc.error.RPCError):
                    client.execute(model, method, *args)
        self.change.invalidate_recordset()
        self.assertEqual(self.change.state, "awaiting")

    # === WHAT IS SHOWN WHEN === #

    def _get_text(self):
        page = self._get(self.path)
        return page.xpath("//*[@id='support_change_text']")[0].text_content().strip()

    def test_draft_after_an_edit_is_not_shown(self):
        asked = self.change._get_text("fr_FR").strip()
        self.change.risk = "Secret draft"
        self._login(self.a1)
        self.assertEqual(self._get_text(), asked)
        self.change.action_cancel()
        self.env.flush_all()
        self.assertEqual(self._get_text(), asked)

    def test_what_was_agreed_to_is_shown_for_good(self):
        self._login(self.a1)
        self._answer("agree")
        agreed = self.change.consent_event_id.text.strip()
        self.change.action_apply("Done")
        # Names in the text change later.
        self.agent.name = "Agent Renamed"
        self.env.flush_all()
        self.assertEqual(self._get_text(), agreed)
        self.assertNotIn("Agent Renamed", agreed)

    def test_file_of_a_test(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "totals.html",
                "raw": b"<script>alert(1)</script>",
                "mimetype": "text/html",
            }
        )
        self.change.test_ids.attachment_ids = file
        self.change.action_ask()
        self.env.flush_all()
        path = f"{self.path}/files/{file.id}"
        self._login(self.a1)
        page = self._get(self.path)
        self.assertTrue(page.xpath(f"//a[@href='{self._localize(path)}']"))
        res = self.url_open(path)
        self.assertEqual(res.content, b"<script>alert(1)</script>")
        self.assertIn("attachment", res.headers["Content-Disposition"])
        self.assertNotIn("html", res.headers["Content-Type"])
        other = self.env["ir.attachment"].create({"name": "x", "raw": b"x"})
        with mute_logger("odoo.http"):
            for number in (other.id, 0, "abc", 99999999999):
                res = self.url_open(f"{self.path}/files/{number}")
                self.assertEqual(res.status_code, 404)
            self.b1.partner_id.support_change_approver = True
            for user in (self.a2, self.b1, self.agent):
                self._login(user)
                self.assertEqual(self.url_open(path).status_code, 404, user.login)
            # Nor what the desk works on after an edit.
            self.change.risk = "Edited"
            self.env.flush_all()
            self._login(self.a1)
            self.assertEqual(self.url_open(path).status_code, 404)

    def test_withdraw_and_expiry(self):
        self._login(self.a1)
        self._answer("agree")
        page = self._get(self.path)
        self.assertTrue(page.xpath("//form[@name='support_withdraw']"))
        self.assertFalse(page.xpath("//form[@name='support_agree']"))
        self.assertEqual(self._answer("withdraw", note=" ").status_code, 409)
        self.assertEqual(self.change.state, "agreed")
        self.assertEqual(self._answer("withdraw").status_code, 303)
        self.assertEqual(self.change.state, "withdrawn")
        self.assertEqual(self._answer("withdraw").status_code, 409)
        self.change.action_ask()
        self.change._write_guarded({"answer_by": "2020-01-01 00:00:00"})
        self.env.flush_all()
        res = self._answer("agree")
        self.assertEqual(res.status_code, 409)
        self.assertEqual(self.change.state, "awaiting")

    # === EVERY STEP IS ANSWERED === #

    def _get_receipt(self):
        page = self._get(self.path)
        return page, self._text(page, "//*[@id='support_change_receipt']")

    def test_receipt_of_each_step(self):
        self._login(self.a1)
        self.assertEqual(self._get_receipt()[1], "")
        for answer, title in (
            ("agree", "Thank you: this change is agreed to."),
            ("withdraw", "The agreement is withdrawn"),
            ("refuse", "Your refusal is noted"),
        ):
            with self.subTest(answer=answer):
                if answer == "refuse":
                    self.change.action_ask()
                    self.env.flush_all()
                self._speak_english()
                res = self._answer(answer, lang="en_US", text_hash=self._hash_en())
                self.assertEqual(res.status_code, 303, res.text[:500])
                self.assertURLEqual(
                    res.headers["Location"],
                    f"/my/changes/{self.change.id}#support_change_receipt",
                )
                _page, receipt = self._get_receipt()
                self.assertIn(title, receipt)
                # Who, and when, in a zone that is named.
                self.assertIn(self.a1.partner_id.display_name, receipt)
                self.assertIn("(Europe/", receipt)
                if answer == "agree":
                    self.assertIn("Signed: Anne Un", receipt)
                else:
                    self.assertIn("Pourquoi ? Parce que.", receipt)

    def _speak_english(self):
        self.opener.cookies["frontend_lang"] = "en_US"
        self.path = f"/en/my/changes/{self.change.id}"

    def _hash_en(self):
        return self._text_hash(self.change, "en_US")

    def test_withdrawn_is_not_refused(self):
        """It read Refused, and asked no reason."""
        self._login(self.a1)
        self._answer("agree")
        self._answer("withdraw")
        states = dict(
            self.change._fields["state"]._description_selection(
                self.env(context={"lang": "fr_FR"})
            )
        )
        for path in (self.path, "/my/changes"):
            shown = self._text(self._get(path), "//*[contains(@class, 'badge')]")
            self.assertIn(states["withdrawn"], shown)
            self.assertNotIn(states["refused"], shown)

    def test_question_is_shown_with_its_answer(self):
        """It was confirmed by nothing, and stood in the PDF only."""
        self._login(self.a1)
        self._answer("ask", note="Combien de temps ?\nEt quand ?")
        page, receipt = self._get_receipt()
        self.assertIn("Combien de temps ?", receipt)
        asked = page.xpath("//*[@id='support_change_questions']")[0].text_content()
        self.assertIn("Combien de temps ?\nEt quand ?", asked)
        # Not decided: the three answers are still there.
        for name in ("agree", "refuse", "ask"):
            self.assertTrue(page.xpath(f"//form[@name='support_{name}']"), name)
        ticket_page = self._get(f"/my/ticket/{self.ticket.id}").text_content()
        self.assertIn("Combien de temps ?", ticket_page)
        self.change.with_user(self.agent).action_answer("Dix minutes.")
        self.env.flush_all()
        page, receipt = self._get_receipt()
        self.assertIn("Dix minutes.", receipt)
        asked = self._text(page, "//*[@id='support_change_questions']")
        self.assertLess(asked.index("Combien"), asked.index("Dix minutes."))
        ticket_page = self._get(f"/my/ticket/{self.ticket.id}").text_content()
        self.assertIn("Dix minutes.", ticket_page)

    def test_typed_text_returns_to_its_own_field(self):
        self._login(self.a1)
        res = self._answer("refuse", text_hash="0", note="Pas avant la clôture")
        self.assertEqual(res.status_code, 409)
        page = html.fromstring(res.content)
        for name, text in (("refuse", "Pas avant la clôture"), ("ask", "")):
            [field] = page.xpath(f"//*[@id='support_note_{name}']")
            self.assertEqual((field.text or "").strip(), text)

    def test_what_and_when_and_the_risk_come_first(self):
        text = self.change._get_text("en_US")
        order = [
            text.index(title)
            for title in (
                "What Will Be Done",
                "Planned For",
                "Risk",
                "How to Undo It",
                "Why",
                "Database",
            )
        ]
        self.assertEqual(order, sorted(order))

    def test_one_zone_on_the_page(self):
        """A moment in the reader's zone stood beside others in the desk's."""
        self.a1.tz = False
        self.change.planned_at = fields.Datetime.now() + timedelta(days=9)
        self.change.action_ask()
        self.env.flush_all()
        self._login(self.a1)
        page = self._get(self.path)
        zones = set(re.findall(r"\((\w+/[\w /]+|UTC)\)", page.text_content()))
        self.assertEqual(zones, {self.company.resource_calendar_id.tz})

    def test_list_waiting_first_then_by_page(self):
        self.change.name = "The one that waits"
        self.change.action_ask()
        others = self.change.browse()
        for number in range(21):
            change = self._create_change(
                name=f"Other {number}", backup_at=fields.Datetime.now()
            )
            self._ask(change)
            others += change
        others.action_cancel()
        self.env.flush_all()
        self._login(self.a1)
        seen = []
        for path in ("/my/changes", "/my/changes/page/2"):
            page = self._get(path)
            waiting = page.xpath("//*[@id='wrap']//section[1]//li//a")
            self.assertEqual([a.text_content() for a in waiting], [self.change.name])
            seen += [
                a.get("href") for a in page.xpath("//*[@id='wrap']//section[2]//li//a")
            ]
        expected = {self._localize(f"/my/changes/{change.id}") for change in others}
        self.assertTrue(expected <= set(seen))

    def test_call_waits_to_be_confirmed(self):
        self.ticket.priority = "3"
        # By an agent: who applies it is a colleague.
        self.change.with_user(self.agent)._agree_by_phone(
            self.a1.partner_id, fields.Datetime.now(), "She said yes"
        )
        self.change.action_apply("Done")
        self.env.flush_all()
        self._login(self.a1)
        page = self._get("/my/changes")
        path = f"//*[@id='wrap']//section[1]//a[@href='{self._localize(self.path)}']"
        self.assertTrue(page.xpath(path))
        waiting = self._get("/my/tickets?filterby=waiting")
        self.assertIn(self.ticket.number, waiting.text_content())
        text_hash = self.change.consent_event_id.text_hash
        self._answer("dispute", text_hash=text_hash)
        self.assertTrue(self.change.disputed_at)
        self.assertFalse(self._get("/my/changes").xpath(path))
        self.assertEqual(self._answer("confirm", text_hash=text_hash).status_code, 409)

    def test_home_counts_what_waits(self):
        for user, count in ((self.a1, 1), (self.a2, 0), (self.b1, 0)):
            self._login(user)
            res = self.make_jsonrpc_request(
                "/my/counters", {"counters": ["change_waiting_count"]}
            )
            self.assertEqual(res["change_waiting_count"], count, user.login)
            # Who is never asked is told why.
            told = self._get("/my/changes").xpath("//p[contains(@class, 'alert-info')]")
            self.assertEqual(bool(told), user != self.a1)
