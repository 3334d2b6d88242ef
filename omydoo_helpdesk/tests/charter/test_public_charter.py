# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib

from lxml import html

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..axe_common import AxeCase
from .portal_charter_common import PortalCharterCase

PATH = "/support/charter"


@tagged("post_install", "-at_install")
class TestPublicCharter(PortalCharterCase):
    """Anybody reads what is published, each version at an address for good."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The draft that comes with the addon has a number too.
        cls.old, cls.new = (
            f"{PATH}/{charter.version}" for charter in (cls.first, cls.second)
        )

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _read(self, path, lang="fr"):
        """Open a page in a language, as somebody who comes for the first time."""
        response = self._open(path, lang)
        self.assertEqual(response.status_code, 200, path)
        return html.fromstring(response.content)

    def _open(self, path, lang="fr"):
        self.opener.cookies.clear()
        # An address without a language is in that of the browser.
        return self.url_open(path, headers={"Accept-Language": lang})

    @mute_logger("odoo.http")
    def _assert_absent(self, *paths):
        for path in paths:
            response = self.url_open(path)
            self.assertEqual(response.status_code, 404, path)
            self.assertNotIn("Charter of tests", response.text)

    def test_version_in_force(self):
        page = self._read(PATH)
        self.assertEqual(self._text(page, "//h1"), "Charte de l’été")
        text = self._text(page, "//*[@id='support_charter']")
        self.assertIn("périmètre élargi", text)
        self.assertNotIn("scope and more", text)
        self.assertEqual(self._text(page, "//title"), "Charte de l’été")
        self.assertEqual(page.get("lang"), "fr-FR")

    def test_in_english_too(self):
        page = self._read(PATH, lang="en")
        self.assertIn("scope and more", self._text(page, "//*[@id='support_charter']"))
        self.assertIn("in force since", self._text(page, "//main//p"))
        # The switch leads to the same version in the other language and back.
        page = self._read(f"{self.old}")
        links = page.xpath("//nav[@aria-label]/a[@hreflang]")
        languages = {link.get("hreflang"): link.get("href") for link in links}
        self.assertLessEqual({"fr-FR", "en-US"}, set(languages))
        website = self._get_website()
        first = website.default_lang_id.code if website else "fr_FR"
        # The cookie says French, then English.
        for lang, code in (("en-US", "en_US"), ("fr-FR", "fr_FR")):
            response = self.url_open(languages[lang])
            prefix = "" if code == first else f"/{lang[:2]}"
            self.assertURLEqual(response.url, prefix + self.old)
            self.assertEqual(html.fromstring(response.content).get("lang"), lang)

    def test_earlier_version_says_that_it_was_replaced(self):
        for path, link, is_old in ((self.old, PATH, True), (self.new, self.old, False)):
            page = self._read(path, lang="en")
            links = [href.removeprefix("/en") for href in page.xpath("//main//a/@href")]
            self.assertIn(link, links)
            replaced = "This version was replaced" in self._text(page, "//main")
            self.assertEqual(replaced, is_old)

    def test_fingerprints_are_of_the_text_that_is_given(self):
        for charter in (self.first, self.second):
            page = self._read(f"{PATH}/{charter.version}")
            shown = [node.text for node in page.xpath("//dl//code")]
            for lang, code in (("fr", "fr_FR"), ("en", "en_US")):
                response = self._open(f"{PATH}/{charter.version}/text", lang)
                self.assertEqual(
                    response.headers["Content-Type"], "text/plain; charset=utf-8"
                )
                digest = hashlib.sha256(response.content).hexdigest()
                self.assertIn(digest, shown)
                self.assertEqual(charter.with_context(lang=code)._get_hash(), digest)
            self.assertIn(charter.public_url, self._text(page, "//dl"))

    def test_who_accepted_finds_the_same_fingerprint(self):
        accepted = self._accept_charter(self.a1)
        page = self._read(PATH)
        self.assertIn(accepted.text_hash, self._text(page, "//dl"))

    def _set_sign_up(self, scope):
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", scope)
        if website := self._get_website():
            website.auth_signup_uninvited = scope

    def test_the_way_in(self):
        page = self._read(PATH, lang="en")
        self.assertTrue(page.xpath("//a[contains(@href, 'redirect=/new/ticket')]"))
        self._set_sign_up("b2b")
        self.company.email = "desk@example.com"
        page = self._read(PATH, lang="en")
        self.assertTrue(page.xpath("//a[@href='mailto:desk@example.com']"))
        self.assertFalse(page.xpath("//a[contains(@href, '/web/signup')]"))
        self._set_sign_up("b2c")
        page = self._read(PATH, lang="en")
        self.assertTrue(page.xpath("//a[contains(@href, '/web/signup')]"))
        self._login(self.a1)
        page = html.fromstring(self.url_open(f"/en{PATH}").content)
        self.assertFalse(page.xpath("//a[contains(@href, '/web/login?redirect')]"))
        self.assertTrue(page.xpath("//main//a[contains(@href, '/new/ticket')]"))

    def test_nothing_else_is_shown(self):
        self._accept_charter(self.a1)
        draft = self.second.copy({"name": "Secret draft"})
        for path in (PATH, f"{self.old}", f"{self.new}"):
            text = self.url_open(path).text
            for word in (
                "Secret draft",
                self.customer_a.name,
                self.a1.name,
                self.a1.partner_id.email,
                self.plan_24.name,
            ):
                self.assertNotIn(word, text)
        self._assert_absent(
            f"{PATH}/{draft.version}",
            f"{PATH}/{draft.version}/text",
            f"{PATH}/0",
            f"{PATH}/999999999999",
            f"{PATH}/x",
        )

    def test_no_road_but_the_page(self):
        """The public, and customers of what is superseded, have no right on it."""
        public = self.env.ref("base.public_user")
        charters = self.env["support.charter"]
        self.assertFalse(charters.with_user(public).has_access("read"))
        self.assertFalse(self.first.with_user(self.a1).has_access("read"))
        self.assertEqual(
            charters.with_user(public)._find_public(self.company),
            (self.second + self.first).sudo(),
        )

    def test_setting_off(self):
        self.company.support_charter_public = False
        self.assertFalse(self.second.public_url)
        paths = (PATH, f"{self.old}", f"{self.new}", f"{self.new}/text")
        self._assert_absent(*paths)
        self._login(self.a1)
        self._assert_absent(*paths)
        page = self._get("/my/charter")
        self.assertFalse(page.xpath(f"//a[contains(@href, '{PATH}')]"))

    def test_nothing_published(self):
        self.env["support.charter"].search(
            [("company_id", "=", self.company.id)]
        )._write_guarded({"state": "draft"})
        self.env.registry.clear_cache()
        self._assert_absent(PATH, f"{self.old}", f"{self.new}")

    def test_another_company_by_its_own_address(self):
        """The same address gives the same text to whoever reads it."""
        theirs = self.env["support.charter"].create(
            {
                "name": "Charter of Beta",
                "company_id": self.beta.id,
                "section_ids": [
                    Command.create(
                        {"kind": "scope", "name": "In scope", "body": "<p>B</p>"}
                    )
                ],
            }
        )
        path = f"{PATH}/1?company={self.beta.id}"
        self._assert_absent(path, f"{PATH}?company={self.beta.id}")
        theirs.action_publish()
        self.assertTrue(theirs.public_url.endswith(path))
        self.assertNotIn("company=", self.first.public_url)
        for user in (None, self.a1, self.beta_user):
            if user:
                self._login(user)
            for address, title in (
                (f"/en{self.old}", "Charter of tests"),
                (f"/en{path}", "Charter of Beta"),
            ):
                page = html.fromstring(self.url_open(address).content)
                self.assertEqual(self._text(page, "//h1"), title)
                if title == "Charter of Beta":
                    self.assertNotIn("Charter of tests", page.text_content())
        if website := self._get_website():
            # Their own domain has it from now on, and this one has it no more.
            site = website.create({"name": "Beta", "company_id": self.beta.id})
            self.beta._compute_website_id()
            self._assert_absent(path)
            site.unlink()
            self.assertEqual(self.url_open(path).status_code, 200)
        self.beta.support_charter_public = False
        self._assert_absent(path)
        for wrong in ("0", "x", "-1", "999999999", f"{self.beta.id}9"):
            self._assert_absent(f"{self.old}?company={wrong}")

    def test_customer_finds_the_address(self):
        self._login(self.a1)
        page = self._get("/my/charter")
        self.assertTrue(page.xpath(f"//a[@href='{self.second.public_url}']"))


@tagged("post_install", "-at_install")
class TestPublicCharterAccessibility(AxeCase, PortalCharterCase):
    """The page for anybody, signed in and not, and on a telephone."""

    def test_pages(self):
        paths = [PATH, f"{PATH}/{self.first.version}", f"/en{PATH}"]
        self.assertAccessible(paths, None)
        self.assertAccessible([PATH], self.a1, widths=(375,))
