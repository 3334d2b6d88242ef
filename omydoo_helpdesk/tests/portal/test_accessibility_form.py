# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..axe_common import AxeCase
from ..charter.portal_charter_common import PortalCharterCase


@tagged("post_install", "-at_install")
class TestAccessibilityForm(AxeCase, PortalCharterCase):
    """The form with the charter to accept again, and with all that it can tell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category_in.portal_examples = "Une erreur\nUn montant faux"
        cls._create_ticket(name="Échec de l’envoi des factures")
        cls.env["support.help.article"].create(
            {"name": "Échec d’un envoi", "url": "https://help.example.com/x"}
        )
        cls.env["support.upstream.bug"].create(
            {"name": "Échec de l’envoi des relances", "company_id": cls.company.id}
        )

    def test_charter_asked_again(self):
        """With what changed since the last time."""
        self.assertAccessible(["/my/charter", "/new/ticket"], self.a1)

    def test_charter_asked_of_somebody_else(self):
        self.company.support_charter_acceptance = "signatory"
        self.a2.partner_id.support_charter_signatory = True
        self.assertAccessible(["/my/charter", "/new/ticket"], self.a1, widths=(375,))

    def test_charter_not_accepted(self):
        with self._browse(self.a1) as browser:
            for path, form, wait_for in (
                (
                    "/my/charter",
                    "form[action='/my/charter/accept']",
                    "#charter_accepted_error",
                ),
                ("/new/ticket", ".o_support_ticket_form", "#charter_accepted_error"),
            ):
                self._open_page(browser, path)
                self._submit_form(browser, form, wait_for)
                self.assertPageAccessible(browser, f"{path}: not accepted")

    def test_everything_that_helps(self):
        """Look-alikes of each kind, the checklist, and the urgent questions."""
        self._accept_charter(self.a1)

        def fill(browser):
            for selector in (
                f"[name=category][value='{self.category_in.id}']",
                "[name=claimed_priority][value='3']",
            ):
                self._evaluate(
                    browser, f"document.querySelector({selector!r}).click(); true"
                )
            self._evaluate(browser, "document.getElementById('subject').focus(); true")
            self._type(browser, "Échec envoi")
            self._wait_until(
                browser,
                "document.querySelectorAll('#support_lookalikes a').length === 3",
            )

        self.assertAccessible(["/new/ticket"], self.a1, prepare=fill)

    def test_charter_preview(self):
        draft = self.second.copy()
        self.assertAccessible(
            [f"/support/charter/{draft.id}/preview"], self.manager, widths=(1280,)
        )
