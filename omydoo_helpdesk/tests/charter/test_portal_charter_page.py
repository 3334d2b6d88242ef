# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import odoorpc

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_charter_common import PortalCharterCase


@tagged("post_install", "-at_install")
class TestPortalCharterPage(PortalCharterCase):
    """The page of the charter, its proof, and no other way round them."""

    # === THE PAGE === #

    def test_accepting_without_filing(self):
        self._login(self.a1)
        before = self._all_tickets()
        page = self._get("/my/charter")
        sent = self._accepted(page)
        for values in (
            {},
            {**sent, "charter_accepted": ""},
            {**sent, "charter_hash": self.first._get_hash()},
            {**sent, "charter_version": self.first.id},
        ):
            response = self._post("/my/charter/accept", values)
            self.assertEqual(response.status_code, 400)
            self.assertIn('id="charter_accepted_error"', response.text)
        with mute_logger("odoo.http"):
            response = self._post("/my/charter/accept", {**sent, "csrf_token": "x"})
        self.assertEqual(response.status_code, 400)
        self.assertIn("charter_accepted", response.text)
        response = self.url_open(
            "/my/charter/accept?" + "&".join(f"{k}={v}" for k, v in sent.items()),
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, 303)
        self.assertFalse(self._of(self.a1))
        for _time in range(2):
            response = self._post("/my/charter/accept", sent)
            self.assertEqual(response.status_code, 303)
            self.assertURLEqual(response.headers["Location"], "/my/charter")
        self.assertEqual(len(self._of(self.a1)), 1)
        page = self._get("/my/charter")
        self.assertFalse(page.xpath("//form[contains(@action, '/my/charter/accept')]"))
        told = self._text(page, "//*[contains(@class, 'o_support_accepted')]")
        self.assertIn(self.a1.name, told)
        self.assertIn("Europe/Paris", told)
        # The one before is still there.
        links = page.xpath("//a[contains(@href, '/my/charter/acceptance/')]/@href")
        self.assertEqual(len(links), 2)
        self.assertEqual(self._all_tickets(), before)

    def test_page_without_a_session(self):
        self.authenticate(None, None)
        for path in ("/my/charter", "/my/charter/acceptance/1"):
            self.assertIn("/web/login", self.url_open(path).url)
        with mute_logger("odoo.http"):
            response = self._post("/my/charter/accept", {"charter_accepted": "1"})
        self.assertIn(response.status_code, (303, 400))

    def test_agents_are_not_asked(self):
        self._login(self.agent)
        for path in ("/new/ticket", "/my/charter"):
            page = self._get(path)
            self.assertFalse(page.xpath("//input[@name='charter_accepted']"))

    # === PROOF === #

    def test_proof(self):
        acceptance = self._accept_charter(self.a1)
        path = f"/my/charter/acceptance/{acceptance.id}"
        self._login(self.a1)
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        response = self.url_open(f"{path}?report_type=html")
        for part in (acceptance.text_hash, "périmètre élargi", self.a1.name):
            self.assertIn(part, response.content.decode())
        # The old one too, which is no longer published.
        old = self._of(self.a1, self.first)
        self.assertEqual(
            self.url_open(f"/my/charter/acceptance/{old.id}").status_code, 200
        )

    def test_proof_is_the_customers_own(self):
        acceptance = self._accept_charter(self.a1)
        missing = max(self.acceptances.search([]).ids) + 1000
        self._login(self.a1)
        with mute_logger("odoo.http"):
            absent = self.url_open(f"/my/charter/acceptance/{missing}")
        self.assertEqual(absent.status_code, 404)
        for user in (self.b1, self.beta_user):
            self._login(user)
            for number in (acceptance.id, missing, "9" * 30, "0", "-1", "é"):
                with self.subTest(user=user.login, number=number):
                    with mute_logger("odoo.http"):
                        response = self.url_open(f"/my/charter/acceptance/{number}")
                    self.assertEqual(response.status_code, 404)
                    self.assertNotIn(acceptance.text_hash, response.text)
        # Who has left the customer reads it no more.
        self._login(self.a1)
        self.a1.partner_id.parent_id = self.customer_b
        with mute_logger("odoo.http"):
            response = self.url_open(f"/my/charter/acceptance/{acceptance.id}")
        self.assertEqual(response.status_code, 404)

    # === PREVIEW === #

    def test_preview(self):
        draft = self.second.copy()
        section = draft.section_ids[0]
        section.update_field_translations(
            "body", {"fr_FR": {"scope and more": "périmètre à venir"}}
        )
        action = draft.action_preview()
        self._login(self.manager)
        for lang, text in (
            ("fr_FR", "périmètre à venir"),
            ("en_US", "scope and more"),
            ("xx_XX", ""),
            ("", ""),
        ):
            page = self._get(f"{action['url']}?lang={lang}")
            self.assertIn(text, page.text_content())
            self.assertTrue(page.xpath("//*[contains(@class, 'o_support_preview')]"))
        page = self._get(f"{action['url']}?lang=fr_FR")
        self.assertIn("Charte de l’été", page.text_content())
        changes = self._text(page, "//*[contains(@class, 'o_support_changes')]")
        self.assertIn("venir", changes)
        # As the customer will be asked, but nothing can be sent from there.
        self.assertTrue(
            page.xpath("//fieldset[@disabled]//input[@name='charter_accepted']")
        )
        self.assertFalse(page.xpath("//form[contains(@action, 'accept')]"))

    def test_preview_is_the_managers(self):
        draft = self.second.copy()
        foreign = self.second.copy({"company_id": self.beta.id})
        for user in (self.a1, self.b1, self.agent, self.project_manager):
            self._login(user)
            with mute_logger("odoo.http"):
                self._get(f"/support/charter/{draft.id}/preview", status=404)
                self._get(f"/support/charter/{self.second.id}/preview", status=404)
        self._login(self.manager)
        with mute_logger("odoo.http"):
            for number in (foreign.id, draft.id + 1000, "9" * 30, "abc"):
                self._get(f"/support/charter/{number}/preview", status=404)

    # === RPC === #

    def test_customers_do_not_file_by_rpc(self):
        self.a1.password = self.a1.login
        self.env.flush_all()
        acceptance = self._of(self.b1, self.first)
        with (
            self.allow_requests(all_requests=True),
            mute_logger("odoo.http", "odoo.sql_db"),
        ):
            client = odoorpc.ODOO("127.0.0.1", port=self.http_port())
            client.login(self.env.cr.dbname, self.a1.login, self.a1.login)
            for model, method, args in (
                ("helpdesk.ticket", "create", [{"name": "x", "description": "x"}]),
                ("support.charter.acceptance", "create", [{"user_id": self.a1.id}]),
                ("support.charter.acceptance", "_accept", [self.second.id]),
                ("support.charter.acceptance", "verify", [acceptance.ids]),
                ("support.charter.acceptance", "read", [acceptance.ids, ["text"]]),
                ("support.charter", "action_publish", [[self.second.id]]),
                ("support.charter", "read", [[self.first.id], ["name"]]),
                ("support.charter.section", "write", [[1], {"name": "x"}]),
                (
                    "res.partner",
                    "write",
                    [self.a1.partner_id.ids, {"support_charter_signatory": True}],
                ),
            ):
                with (
                    self.subTest(model=model, method=method),
                    self.assertRaises(odoorpc.error.RPCError),
                ):
                    client.env[model]._odoo.execute(model, method, *args)
        self.assertFalse(self._of(self.a1))

    def test_other_form_of_the_base(self):
        """The route of the base is ours: no other door files a ticket."""
        self._login(self.a1)
        before = self._all_tickets()
        for path in ("/submitted/ticket", "/new/ticket"):
            self._post(
                path,
                {"subject": "x", "description": "x", "category": self.category_in.id},
            )
        self.assertEqual(self._all_tickets(), before)
