# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..browser_common import BrowserCase
from ..portal_common import PortalCase

WIDTH, SCREEN = 375, 667
# Pixels, on pages of the portal without a website.
LETTERS = 14
SENTENCE = "Une explication assez longue de ce qui a sa place ici, en deux lignes."
BOTTOM = """
    (selector) => Math.round(
        document.querySelector(selector).getBoundingClientRect().bottom
        + window.scrollY
    )
"""


@tagged("post_install", "-at_install")
class TestPortalFormShort(BrowserCase, PortalCase):
    """The form on a telephone: kind, urgency and text within two screens.

    Measured on 28 November 2026 with eight kinds of request, a plan and custom modules:
    4,680 px in all.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        categories = cls.env["helpdesk.ticket.category"]
        categories.search([]).show_in_portal = False
        cls.kinds = categories.create(
            [
                {
                    "name": f"Dépannage numéro {number}",
                    "scope": "out_of_scope" if number % 2 else "in_scope",
                    "customer_description": SENTENCE,
                    "portal_examples": "Un écran blanc\nUn montant faux",
                    "portal_checklist": "Étapes\nRésultat attendu\n* Copie d’écran",
                }
                for number in range(8)
            ]
        )

    def _get_bottom(self, browser, selector):
        return self._evaluate(browser, f"({BOTTOM})({selector!r})")

    def _is_shown(self, browser, selector):
        return self._evaluate(
            browser, f"!!document.querySelector({selector!r})?.offsetParent"
        )

    def _get_two_screens(self, browser):
        """Return their height: a website has letters and a header of its own."""
        if not self._get_website():
            return 2 * SCREEN
        size = self._evaluate(browser, "getComputedStyle(document.body).fontSize")
        header = self._evaluate(
            browser, "document.querySelector('header').clientHeight"
        )
        return 2 * SCREEN * float(size.removesuffix("px")) / LETTERS + header

    def _check_form(self, browser):
        bottom = self._get_bottom(browser, "#description")
        self.assertLessEqual(bottom, self._get_two_screens(browser))
        # What is to be filled in comes before what may be.
        for after in ("#attachment", "#application"):
            self.assertLess(
                self._get_bottom(browser, "#description"),
                self._get_bottom(browser, after),
            )
        kind = f"#category_{self.kinds[1].id}"
        self.assertFalse(self._is_shown(browser, f"{kind}_detail"))
        self.assertFalse(self._is_shown(browser, "#support_blocking"))
        self._evaluate(browser, f"document.querySelector('{kind}').click(); true")
        self.assertTrue(self._is_shown(browser, f"{kind}_detail"))
        self._evaluate(
            browser, "document.querySelector('#claimed_priority_3').click(); true"
        )
        self.assertTrue(self._is_shown(browser, "#support_blocking"))
        self.assertTrue(self._is_shown(browser, "#claimed_priority_3_promise"))
        self.assertFalse(self._is_shown(browser, "#claimed_priority_1_promise"))
        # After the choice it follows from.
        self.assertGreater(
            self._get_bottom(browser, "#support_blocking"),
            self._get_bottom(browser, "#claimed_priority_0"),
        )

    def test_with_scripts(self):
        with self._browse(self.a1) as browser:
            self._open_page(browser, "/new/ticket", WIDTH)
            self._check_form(browser)
            # The script tells it, with the custom module in it.
            self._wait_until(
                browser, "!!document.querySelector('.o_support_verdict')?.offsetParent"
            )
            self.assertFalse(self._is_shown(browser, ".o_support_static_verdict"))

    def test_without_scripts(self):
        with self._browse(self.a1) as browser:
            browser._websocket_request(
                "Emulation.setScriptExecutionDisabled", params={"value": True}
            )
            self._set_width(browser, WIDTH)
            browser._websocket_request(
                "Page.navigate", params={"url": self.base_url() + "/new/ticket"}
            )
            self._wait_until(
                browser,
                "document.readyState === 'complete' && location.pathname"
                ".endsWith('/new/ticket')",
            )
            self._check_form(browser)
            shown = self._evaluate(
                browser,
                "[...document.querySelectorAll('.o_support_static_verdict')]"
                ".filter((node) => node.offsetParent).length",
            )
            self.assertEqual(shown, 1)

    def test_required_is_marked(self):
        self._login(self.a1)
        page = self._get("/new/ticket")
        mark = "//*[contains(@class, 'o_support_required')][@aria-hidden]"
        for name in ("subject", "description", "blocking_what", "blocking_who"):
            self.assertTrue(page.xpath(f"//label[@for='{name}']{mark}"), name)
        for name in ("category", "claimed_priority"):
            self.assertTrue(page.xpath(f"//fieldset[@id='{name}']/legend{mark}"), name)
        for name in ("subject", "description", "category", "claimed_priority"):
            [required] = {
                bool(node.get("required"))
                for node in page.xpath(f"//*[@name='{name}']")
            }
            self.assertTrue(required, name)
        for name in ("application", "environment", "custom_module"):
            self.assertFalse(page.xpath(f"//label[@for='{name}']{mark}"), name)

    def test_nothing_is_told_twice(self):
        self._login(self.a1)
        page = self._get("/new/ticket")
        [main] = page.xpath("//main")
        for style in main.xpath(".//style"):
            style.getparent().remove(style)
        told = [
            " ".join(node.text_content().split())
            for node in main.xpath(
                ".//*[contains(@class, 'o_support_follow')]//span"
                " | .//*[contains(@class, 'static_verdict')]"
                " | .//*[contains(@class, 'o_support_later')]"
            )
        ]
        long = [text for text in told if len(text) > 60]
        self.assertTrue(long)
        self.assertEqual(len(long), len(set(long)))

    def test_typed_values_come_back(self):
        self._login(self.a1)
        response = self._submit(
            subject="", category=self.kinds[1].id, claimed_priority="3"
        )
        page = self.assertFormAgain(response, "subject")
        for selector in (f"category_{self.kinds[1].id}", "claimed_priority_3"):
            self.assertTrue(page.xpath(f"//input[@id='{selector}'][@checked]"))
        self.assertEqual(
            page.xpath("//textarea[@name='description']")[0].text.strip(),
            "Étape 1\nÉtape 2",
        )
