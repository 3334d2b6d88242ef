# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import html

from odoo import fields
from odoo.tests import HOST, tagged

from ..change.change_common import ChangeMixin
from ..portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalLanguage(ChangeMixin, PortalCase):
    """Pages in the reader's language, whatever the portal or a website speaks first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_change()
        cls.change.backup_at = fields.Datetime.now()
        cls._ask(cls.change)

    def _login_after(self, lang, user):
        """Sign in where pages were read in a language before."""
        self._login(user)
        self.opener.cookies.set("frontend_lang", lang, domain=HOST)

    def _open(self, path):
        """Open a page as a browser does.

        :return: where that led, the language of the page, and the page, parsed
        """
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200, path)
        page = html.fromstring(response.content)
        return response.url, page.get("lang"), page

    # === TITLES === #

    def test_titles(self):
        """Not the names of templates, which a website shows otherwise."""
        ticket = self.ticket
        titles = {
            "/my": ("My account", "Mon compte"),
            "/my/support": ("My support", "Mon support"),
            "/my/charter": ("Support charter", "Charte de support"),
            "/my/tickets": ("My requests", "Mes demandes"),
            "/my/tickets?filterby=all&search=nothing": (
                "My requests",
                "Mes demandes",
            ),
            f"/my/ticket/{ticket.id}": (
                f"{ticket.number}: {ticket.name}",
                f"{ticket.number} : {ticket.name}",
            ),
            f"/my/changes/{self.change.id}": (self.change.name,) * 2,
            "/new/ticket": ("New support request", "Nouvelle demande de support"),
        }
        for lang in ("en_US", "fr_FR"):
            self.a1.lang = lang
            self._login(self.a1)
            for path, words in titles.items():
                with self.subTest(lang=lang, path=path):
                    shown, page = self._open(path)[1:]
                    self.assertEqual(shown, lang.replace("_", "-"))
                    # French is loaded where a website speaks it.
                    expected = words if lang == "fr_FR" else words[:1]
                    self.assertIn(self._text(page, "//title"), expected)

    # === WHOSE LANGUAGE === #

    def test_own_language_after_signing_in(self):
        for first in ("fr_FR", "en_US"):
            self._set_first_lang(first)
            for own, other in (("fr_FR", "en_US"), ("en_US", "fr_FR")):
                self.a1.lang = own
                for path in ("/my", "/my/support", f"/my/ticket/{self.ticket.id}"):
                    with self.subTest(first=first, own=own, path=path):
                        self._login_after(other, self.a1)
                        for _time in range(2):
                            shown = self._open(path)[1]
                            self.assertEqual(shown, own.replace("_", "-"))

    def test_language_that_is_chosen(self):
        for first in ("fr_FR", "en_US"):
            self._set_first_lang(first)
            for before in (None, "fr_FR", "en_US"):
                with self.subTest(first=first, before=before):
                    self._login(self.a1)
                    if before:
                        self._login_after(before, self.a1)
                        self.assertEqual(self._open("/my/support")[1], "fr-FR")
                    # The very first page has an address with a language.
                    self.assertEqual(self._open("/en/my/support")[1], "en-US")
                    for path in ("/my/support", "/my/tickets"):
                        self.assertEqual(self._open(path)[1], "en-US")
                    self.assertEqual(self._open("/fr/my/support")[1], "fr-FR")
                    self.assertEqual(self._open("/my/support")[1], "fr-FR")

    def test_language_before_signing_in(self):
        self.ticket._portal_ensure_token()
        path = f"/my/ticket/{self.ticket.id}?access_token={self.ticket.access_token}"
        for lang in ("fr_FR", "en_US"):
            self.authenticate(None, None)
            self.opener.cookies.set("frontend_lang", lang, domain=HOST)
            self.assertEqual(self._open(path)[1], lang.replace("_", "-"))

    def test_session_of_a_user_who_is_gone(self):
        user = self.a2.copy({"login": "gone"})
        self._login_after("en_US", user)
        self.env["res.users"].browse(user.id).unlink()
        self.env.flush_all()
        response = self.url_open("/my/support")
        if self._get_website():
            # Odoo reads the website's languages in the name of who is gone, before it
            # asks who it is (``res.lang._get_frontend``), unless they are cached.
            self.assertEqual(response.status_code, 403)
        else:
            self.assertEqual(response.status_code, 200)
            self.assertIn("/web/login", response.url)

    # === WHAT IS READ IS WHAT IS AGREED TO === #

    def test_charter_in_another_language(self):
        charter = self.charter.copy()
        section = charter.section_ids[0]
        section.body = "<p>We help.</p>"
        section.update_field_translations(
            "body", {"fr_FR": {"We help.": "Nous aidons."}}
        )
        charter.action_publish()
        self._login(self.a1)
        for lang, words in (("fr", "Nous aidons."), ("en", "We help.")):
            page = self._open(f"/{lang}/my/charter")[2]
            self.assertIn(words, self._text(page, "//main"))
        # Read in English by who is French, and sent from that page.
        form = page.xpath("//form[.//*[@name='charter_hash']]")[0]
        sent = {
            field.get("name"): field.get("value") for field in form.xpath(".//input")
        }
        response = self._post(form.get("action"), {**sent, "charter_accepted": "1"})
        self.assertEqual(response.status_code, 303)
        acceptance = self.env["support.charter.acceptance"].search(
            [("charter_id", "=", charter.id), ("user_id", "=", self.a1.id)]
        )
        self.assertEqual(acceptance.lang, "en_US")
        self.assertIn("We help.", acceptance.text)
        self.assertEqual(acceptance.text_hash, sent["charter_hash"])

    def test_change_in_another_language(self):
        self._login(self.a1)
        page = self._open(f"/en/my/changes/{self.change.id}")[2]
        text = page.xpath("//*[@id='support_change_text']")[0].text_content().strip()
        self.assertEqual(text, self.change._get_text("en_US").strip())
        self.assertNotEqual(text, self.change._get_text("fr_FR").strip())
        form = page.xpath("//form[@name='support_agree']")[0]
        sent = {
            field.get("name"): field.get("value") for field in form.xpath(".//input")
        }
        response = self._post(form.get("action"), {**sent, "signed_name": "Anne Un"})
        self.assertEqual(response.status_code, 303)
        self.change.invalidate_recordset()
        event = self.change.consent_event_id
        self.assertEqual((event.user_id, event.lang), (self.a1, "en_US"))
        self.assertEqual(event.text.strip(), text)
