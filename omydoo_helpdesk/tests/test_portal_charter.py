# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
from unittest.mock import patch

import odoorpc
from psycopg2.errors import UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import HIGH_ANSWERS, PortalCase


@tagged("post_install", "-at_install")
class TestPortalCharter(PortalCase):
    """The charter is accepted before anything is filed; the server sees to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acceptances = cls.env["support.charter.acceptance"]
        # A1, A2 and B1 have accepted the first version in French.
        cls.first = cls.charter
        cls.second = cls._publish_next(cls.first)
        (cls.agent + cls.project_manager + cls.manager).lang = "fr_FR"

    @classmethod
    def _publish_next(cls, charter, **vals):
        draft = charter.copy(vals)
        draft.with_context(lang="fr_FR").name = "Charte de l’été"
        section = draft.section_ids[0]
        section.body = "<p>scope and more</p>"
        section.update_field_translations(
            "body", {"fr_FR": {"scope and more": "périmètre élargi"}}
        )
        draft.action_publish()
        return draft

    def _shown(self, page):
        """Return what a browser sends of the charter that is on a page."""
        return {
            name: page.xpath(f"//input[@name='{name}']/@value")[0]
            for name in ("charter_version", "charter_hash")
        }

    def _accepted(self, page):
        return {**self._shown(page), "charter_accepted": "1"}

    def _of(self, user, charter=None):
        return self.acceptances.search(
            [
                ("user_id", "=", user.id),
                ("charter_id", "=", (charter or self.second).id),
            ]
        )

    def assertRefused(self, response):
        """Check that the form came back, with the text, and that nothing was done."""
        page = self.assertFormAgain(response, "charter_accepted")
        self.assertEqual(
            page.xpath("//input[@name='subject']/@value"),
            ["Impossible d’imprimer la facture"],
        )
        self.assertEqual(
            page.xpath("//textarea[@name='description']")[0].text.strip(),
            "Étape 1\nÉtape 2",
        )
        self.assertFalse(page.xpath("//input[@name='charter_accepted'][@checked]"))
        return page

    # === FILING === #

    def test_filing_without_acceptance_is_refused(self):
        self._login(self.a1)
        before = self._all_tickets()
        page = self._get("/new/ticket")
        shown = self._shown(page)
        digest = shown["charter_hash"]
        other = self.second.with_context(lang="en_US").copy()
        foreign = self.second.copy({"company_id": self.beta.id})
        foreign.action_publish()
        for name, values in {
            "nothing": {},
            "not ticked": shown,
            "only ticked": {"charter_accepted": "1"},
            "wrong hash": {"charter_hash": "0" * 64},
            "another text's hash": {"charter_hash": self.first._get_hash()},
            "draft": {"charter_version": other.id, "charter_hash": other._get_hash()},
            "another company's": {"charter_version": foreign.id},
            "superseded": {
                "charter_version": self.first.id,
                "charter_hash": self.first._get_hash(),
            },
            "strange": {"charter_version": "é", "charter_hash": "9" * 900},
        }.items():
            with self.subTest(name):
                sent = values and {
                    **shown,
                    **({} if values is shown else {"charter_accepted": "1"}),
                    **values,
                }
                if name == "only ticked":
                    sent = values
                page = self.assertRefused(self._submit(**sent))
                self.assertEqual(self._shown(page)["charter_hash"], digest)
        self.assertEqual(self._all_tickets(), before)
        self.assertFalse(self._of(self.a1))

    def test_acceptance_comes_with_the_ticket(self):
        self._login(self.a1)
        page = self._get("/new/ticket")
        self.assertIn("périmètre élargi", page.text_content())
        sent = self._accepted(page)
        text = (
            "Charte de l’été\n\nTitle scope\npérimètre élargi\n\n"
            "Title out_of_scope\nout_of_scope\n\nTitle contact\ncontact\n"
        )
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.assertEqual(sent["charter_hash"], digest)
        self._file(**sent)
        acceptance = self._of(self.a1)
        self.assertRecordValues(
            acceptance,
            [
                {
                    "partner_id": self.a1.partner_id.id,
                    "commercial_partner_id": self.customer_a.id,
                    "version": self.second.version,
                    "lang": "fr_FR",
                    "text": text,
                    "text_hash": digest,
                }
            ],
        )
        self.assertTrue(acceptance.ip_address)
        # Once: neither asked nor stored again.
        page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//input[@name='charter_accepted']"))
        self._file()
        self._file(**sent)
        self.assertEqual(self._of(self.a1), acceptance)

    def test_text_shown_in_another_language(self):
        """What is stored is what was shown, whatever language is current now."""
        self._login(self.a1)
        sent = self._accepted(self._get("/new/ticket"))
        sent["charter_hash"] = self.second.with_context(lang="en_US")._get_hash()
        self._file(**sent)
        self.assertEqual(self._of(self.a1).lang, "en_US")

    def test_other_errors_keep_the_tick(self):
        self._login(self.a1)
        sent = self._accepted(self._get("/new/ticket"))
        response = self._submit(subject="", **sent)
        page = self.assertFormAgain(response, "subject")
        self.assertTrue(page.xpath("//input[@name='charter_accepted'][@checked]"))
        self.assertFalse(self._of(self.a1))

    def test_version_published_meanwhile(self):
        self._login(self.a1)
        sent = self._accepted(self._get("/new/ticket"))
        third = self._publish_next(self.second)
        page = self.assertRefused(self._submit(**sent))
        self.assertIn(
            str(third.version), self._text(page, "//*[@id='charter_accepted_error']")
        )
        self.assertEqual(self._shown(page)["charter_version"], str(third.id))
        self.assertFalse(self._of(self.a1, third))
        self._file(**self._accepted(page))
        self.assertTrue(self._of(self.a1, third))

    def test_what_changed_is_told(self):
        self._login(self.a1)
        for path in ("/new/ticket", "/my/charter"):
            page = self._get(path)
            changes = page.xpath("//details[contains(@class, 'o_support_changes')]")
            self.assertEqual(len(changes), 1, path)
            self.assertEqual(
                [node.text_content() for node in changes[0].xpath(".//section//ins")][
                    -1
                ].split()[-1],
                "élargi",
            )
            self.assertTrue(changes[0].xpath(".//del"))
            self.assertNotIn("out_of_scope", changes[0].text_content())

    def test_first_acceptance_has_no_changes(self):
        self._login(self.a1)
        self.a1.partner_id.parent_id = self.customer_b
        page = self._get("/new/ticket")
        self.assertTrue(page.xpath("//input[@name='charter_accepted']"))
        self.assertFalse(page.xpath("//*[contains(@class, 'o_support_changes')]"))

    def test_correction_is_not_asked(self):
        self._accept_charter(self.a1)
        self._publish_next(self.second, is_minor=True)
        self._login(self.a1)
        self._file()

    def test_nobody_is_asked(self):
        self.company.support_charter_acceptance = "none"
        self._login(self.a1)
        page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//input[@name='charter_accepted']"))
        self._file()
        self.assertFalse(self._of(self.a1))

    def test_company_without_a_charter(self):
        self._login(self.beta_user)
        page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//input[@name='charter_accepted']"))
        self._get("/my/charter")

    def test_second_window_at_the_same_time(self):
        """The other request has just stored the acceptance: the ticket is filed."""
        self._login(self.a1)
        sent = self._accepted(self._get("/new/ticket"))
        model = type(self.acceptances)
        create = model.create

        def lose_the_race(acceptances, vals):
            create(acceptances, vals)
            acceptances.env.flush_all()
            return create(acceptances, vals)

        with (
            patch.object(model, "create", lose_the_race),
            mute_logger("odoo.sql_db"),
        ):
            self._file(**sent)
        self.assertFalse(self._of(self.a1))  # it is the other request's
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            vals = self.acceptances._prepare_acceptance_vals(
                self.first, self.a1, "fr_FR"
            )
            self.acceptances.create({**vals, "accepted_on": "2026-06-01 09:00:00"})

    # === AUTHORISED CONTACT === #

    def test_authorised_contact(self):
        self.company.support_charter_acceptance = "signatory"
        self.a2.partner_id.support_charter_signatory = True
        self._login(self.a1)
        page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//input[@name='charter_accepted']"))
        who = self._text(page, "//*[contains(@class, 'o_support_acceptance_who')]")
        self.assertIn(self.a2.name, who)
        # Not even with the right hash.
        sent = {
            "charter_version": self.second.id,
            "charter_hash": self.second.with_context(lang="fr_FR")._get_hash(),
            "charter_accepted": "1",
        }
        before = self._all_tickets()
        response = self._submit(**sent)
        self.assertEqual(response.status_code, 400)
        self.assertIn(self.a2.name, response.text)
        self.assertIn("Impossible d’imprimer la facture", response.text)
        self.assertEqual(self._all_tickets(), before)
        response = self._post("/my/charter/accept", sent)
        self.assertEqual(response.status_code, 403)
        self.assertIn(self.a2.name, response.text)
        self.assertFalse(self._of(self.a1))
        # The authorised contact accepts, and everybody files.
        self._login(self.a2)
        sent = self._accepted(self._get("/my/charter"))
        response = self._post("/my/charter/accept", sent)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(self._of(self.a2).is_signatory)
        self._login(self.a1)
        self._file()
        page = self._get("/my/charter")
        self.assertIn(
            self.a2.name,
            self._text(page, "//*[contains(@class, 'o_support_accepted')]"),
        )

    def test_emergency_does_not_wait_for_the_authorised_contact(self):
        self.company.support_charter_acceptance = "signatory"
        self.a2.partner_id.support_charter_signatory = True
        self._login(self.a1)
        mails = self.env["mail.mail"].search([])
        ticket = self._file(claimed_priority="3", **HIGH_ANSWERS)
        self.assertTrue(ticket.is_charter_missing)
        asked = self.env["mail.mail"].search([]) - mails
        asked = asked.filtered(lambda mail: mail.model == "res.partner")
        self.assertEqual(asked.recipient_ids, self.a2.partner_id)
        self.assertIn("/my/charter", asked.body_html)
        self._file(claimed_priority="3", subject="Again", **HIGH_ANSWERS)
        again = self.env["mail.mail"].search([("model", "=", "res.partner")])
        self.assertEqual(len(again - mails), 1)
        # An emergency is one with its two answers.
        response = self._submit(claimed_priority="3")
        self.assertEqual(response.status_code, 400)

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
        self.assertFalse(page.xpath("//form[@action='/my/charter/accept']"))
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
