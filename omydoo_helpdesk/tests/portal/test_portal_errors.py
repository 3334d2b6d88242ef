# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import tagged

from ..portal_common import HIGH_ANSWERS, PortalCase


@tagged("post_install", "-at_install")
class TestPortalErrors(PortalCase):
    """What is wrong gives the form back, with everything typed, and no ticket."""

    def test_team_where_the_company_asks_for_one(self):
        self.company.helpdesk_mgmt_portal_select_team = True
        self._login(self.a1)
        page = self._get("/new/ticket")
        offered = page.xpath("//select[@name='team']/option/@value")
        self.assertIn(str(self.team.id), offered)
        self.assertNotIn(str(self.beta_team.id), offered)
        self.team.show_in_portal = False
        other = self.team.copy({"name": "Shown", "show_in_portal": True})
        for team in ("", "abc", "999999", self.beta_team.id, self.team.id):
            with self.subTest(team=team):
                before = self._all_tickets()
                self.assertFormAgain(self._submit(team=team), "team")
                self.assertEqual(self._all_tickets(), before)
        self.assertEqual(self._file(team=other.id).team_id, other)

    def test_bad_input_gives_the_form_back(self):
        self._login(self.a1)
        others = {
            "category": (
                self.category_hidden,
                self.category_archived,
                self.beta_category,
            ),
            "custom_module": (self.module_b,),
        }
        cases = [
            ("subject", {"subject": None}),
            ("subject", {"subject": ""}),
            ("subject", {"subject": " \t \x00\u200b"}),
            ("subject", {"subject": "é" * 251}),
            ("description", {"description": None}),
            ("description", {"description": " \n \u200b\n"}),
            ("description", {"description": "x" * 50_001}),
            ("category", {"category": None}),
            ("claimed_priority", {"claimed_priority": "9"}),
            ("claimed_priority", {"claimed_priority": ""}),
            ("claimed_priority", {"claimed_priority": None, "priority": "9"}),
            ("environment", {"environment": "zzz"}),
            ("blocking_what", {**HIGH_ANSWERS, "blocking_what": " "}),
            ("blocking_who", {**HIGH_ANSWERS, "blocking_who": None}),
            ("blocking_who", {**HIGH_ANSWERS, "blocking_who": "x" * 251}),
        ]
        for field in ("category", "application", "custom_module"):
            for value in ("abc", "0", "-1", "999999", "9" * 30, "²", "1.5", "1 OR 1"):
                cases.append((field, {field: value}))
        for field, records in others.items():
            cases += [(field, {field: record.id}) for record in records]
        before = self._all_tickets()
        with self.subTest("a team that is not asked for"):
            # There is no such field on the page: the message stands alone.
            self.assertFormAgain(self._submit(team=self.beta_team.id), None)
        for field, values in cases:
            with self.subTest(field=field, values=str(values)[:80]):
                if "blocking_what" in values:
                    values = {**values, "claimed_priority": "3"}
                response = self._submit(**{"subject": "Gardé <b>", **values})
                page = self.assertFormAgain(response, field)
                if field != "subject":
                    self.assertEqual(
                        page.xpath("//input[@name='subject']/@value"), ["Gardé <b>"]
                    )
                if field != "description":
                    self.assertEqual(
                        page.xpath("//textarea[@name='description']")[0].text,
                        "Étape 1\nÉtape 2",
                    )
        self.assertEqual(self._all_tickets(), before)

    def test_every_choice_is_kept(self):
        self._login(self.a1)
        values = {
            "category": self.category_out.id,
            "claimed_priority": "3",
            "blocking_what": "Tout",
            "blocking_who": "Moi",
            "application": self.application.id,
            "custom_module": self.module_a.id,
            "environment": "test",
        }
        page = self.assertFormAgain(self._submit(subject="", **values), "subject")
        for name, value in values.items():
            found = page.xpath(
                f"//input[@name='{name}'][@type='radio'][@checked]/@value"
                f"|//input[@name='{name}'][@type='text']/@value"
                f"|//select[@name='{name}']/option[@selected]/@value"
                f"|//textarea[@name='{name}']/text()"
            )
            self.assertEqual(found, [str(value)], name)

    def test_a_file_instead_of_a_text(self):
        self._login(self.a1)
        response = self._submit(files=[("subject", ("x.txt", b"x"))], subject=None)
        self.assertFormAgain(response, "subject")

    def test_bad_files(self):
        self._login(self.a1)
        self.env["ir.config_parameter"].set_param("web.max_file_upload_size", 500_000)
        before = self._all_tickets()
        attachments = self.env["ir.attachment"].search_count([])
        cases = {
            "too many": [(f"{number}.txt", b"x") for number in range(21)],
            "empty": [("ok.txt", b"x"), ("vide.txt", b"")],
        }
        for name, files in cases.items():
            with self.subTest(name):
                response = self._submit(files=[("attachment", file) for file in files])
                page = self.assertFormAgain(response, "attachment")
                self.assertEqual(
                    page.xpath("//textarea[@name='description']")[0].text,
                    "Étape 1\nÉtape 2",
                )
        self.assertEqual(self._all_tickets(), before)
        self.assertEqual(self.env["ir.attachment"].search_count([]), attachments)

    def test_file_over_the_limit_of_one(self):
        self._login(self.a1)
        http = self.env.registry["ir.http"]
        with patch.object(http, "_get_max_upload_size", lambda self: 1000):
            response = self._submit(files=[("attachment", ("x.bin", b"x" * 1001))])
        self.assertFormAgain(response, "attachment")

    def test_twenty_files(self):
        self._login(self.a1)
        names = [f"{number}.txt" for number in range(20)]
        ticket = self._file(files=[("attachment", (name, b"x")) for name in names])
        self.assertEqual(set(ticket.attachment_ids.mapped("name")), set(names))

    def test_file_names(self):
        self._login(self.a1)
        names = ["../../etc/passwd", "a/b\\c.txt", '"><svg onload=alert(1)>.jpg', ".."]
        ticket = self._file(files=[("attachment", (name, b"x")) for name in names])
        self.assertEqual(len(ticket.attachment_ids), 4)
        found = set(ticket.attachment_ids.mapped("name"))
        self.assertLess({"passwd", "c.txt", '"><svg onload=alert(1)>.jpg'}, found)
        self.assertNotIn("..", found)
        page = self._get(f"/my/ticket/{ticket.id}")
        self.assertFalse(page.xpath("//*[@onload]"))

    def test_body_over_the_limit(self):
        self._login(self.a1)
        self.env["ir.config_parameter"].set_param("web.max_file_upload_size", 100_000)
        before = self._all_tickets()
        response = self._submit(files=[("attachment", ("x.bin", b"x" * 300_000))])
        page = self.assertFormAgain(response, "attachment", 413)
        self.assertEqual(
            page.xpath("//textarea[@name='description']")[0].text, "Étape 1\nÉtape 2"
        )
        self.assertEqual(
            page.xpath("//input[@name='category'][@checked]/@value"),
            [str(self.category_in.id)],
        )
        self.assertEqual(self._all_tickets(), before)

    def test_expired_session_keeps_the_text(self):
        self._login(self.a1)
        before = self._all_tickets()
        for token in ("", "0o0", "é", None):
            with self.subTest(token=token):
                values = self._form_values(csrf_token=token)
                response = self.url_open("/submitted/ticket", data=values)
                page = self.assertFormAgain(response, None)
                self.assertEqual(
                    page.xpath("//textarea[@name='description']")[0].text,
                    "Étape 1\nÉtape 2",
                )
        self.assertEqual(self._all_tickets(), before)
