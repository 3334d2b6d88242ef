# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..axe_common import AxeCase

# The pages of customer A, in French; a new page has only to be added here. The names
# are those of ``_get_page_values``.
PAGES = (
    "/my",
    "/my/charter",
    "/my/support",
    "/my/tickets",
    "/my/tickets?filterby=waiting",
    "/my/updates",
    "/my/tickets?filterby=all&groupby=stage&search=facture",
    "/my/tickets?search=nothing-like-this",
    "/my/ticket/{ticket}",
    "/my/ticket/{closed_ticket}",
    "/my/ticket/{out_ticket}",
    "/new/ticket",
    "/my/ticket/999999999",
)


@tagged("post_install", "-at_install")
class TestAccessibility(AxeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(
            name="La facture ne s’imprime plus",
            claimed_priority="3",
            blocking_what="Les factures",
            blocking_who="La comptabilité",
        )
        cls.env["ir.attachment"].with_user(cls.a1).sudo().create(
            {
                "name": "capture.png",
                "raw": b"x",
                "res_model": "helpdesk.ticket",
                "res_id": cls.ticket.id,
            }
        )
        cls.ticket.with_user(cls.agent).message_post(
            body="Bonjour, nous regardons.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        cls.closed_ticket = cls._create_ticket(name="Une question")
        cls.closed_ticket.stage_id = cls.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_done"
        )
        cls.out_ticket = cls._create_ticket(
            name="Un développement", category_id=cls.category_out.id
        )

    def _get_page_values(self):
        """Return the ids in the addresses of pages."""
        return {
            "ticket": self.ticket.id,
            "closed_ticket": self.closed_ticket.id,
            "out_ticket": self.out_ticket.id,
        }

    def test_pages(self):
        values = self._get_page_values()
        self.assertAccessible([page.format(**values) for page in PAGES], self.a1)

    def test_form_with_errors(self):
        def send_nothing(browser):
            self._submit_form(browser, ".o_support_ticket_form", "#support_form_errors")

        self.assertAccessible(["/new/ticket"], self.a1, prepare=send_nothing)

    def test_form_for_a_blocking_incident(self):
        def choose_high(browser):
            self._evaluate(
                browser,
                "document.querySelector('[name=claimed_priority][value=\"3\"]').click();"
                "true",
            )
            self._wait_until(
                browser, "document.getElementById('blocking_what').offsetParent"
            )

        self.assertAccessible(
            ["/new/ticket"], self.a1, widths=(375,), prepare=choose_high
        )

    # === KEYBOARD === #

    def _tab_to(self, browser, selector):
        """Press the tab key until an element has the focus, as a person would."""
        for _press in range(120):
            if self._evaluate(browser, f"document.activeElement.matches({selector!r})"):
                # A person sees where they are.
                self.assertTrue(
                    self._evaluate(
                        browser, "document.activeElement.matches(':focus-visible')"
                    ),
                    selector,
                )
                return
            self._press(browser, "Tab")
        self.fail(f"The tab key does not lead to {selector}")

    def test_filing_by_keyboard(self):
        before = self._all_tickets()
        with self._browse(self.a1) as browser:
            self._open_page(browser, "/new/ticket")
            self._wait_until(browser, "document.querySelector('[name=category]')")
            self._tab_to(browser, "[name=category]")
            self._press(browser, "Space")
            self._tab_to(browser, "[name=claimed_priority]")
            self._press(browser, "Space")
            self._tab_to(browser, "[name=subject]")
            self._type(browser, "Sans souris")
            self._tab_to(browser, "[name=description]")
            self._type(browser, "Au clavier seulement")
            self._tab_to(browser, ".o_support_ticket_form [type=submit]")
            self._press(browser, "Enter")
            self._wait_until(browser, "location.pathname.match(/my.ticket.[^/]+$/)")
        ticket = self._all_tickets() - before
        self.assertEqual(ticket.name, "Sans souris")
        self.assertIn("Au clavier seulement", ticket.description)
        self.assertEqual(ticket.partner_id, self.a1.partner_id)

    def test_answering_by_keyboard(self):
        """Unfold what is folded, read the errors, answer."""
        with self._browse(self.a1) as browser:
            self._open_page(browser, f"/my/ticket/{self.ticket.id}")
            self._tab_to(browser, "#answer")
            self._tab_to(browser, ".o_support_answer_form [type=submit]")
            self._press(browser, "Enter")
            self._wait_until(browser, "document.getElementById('support_form_errors')")
            self._tab_to(browser, "#support_form_errors a")
            self._press(browser, "Enter")
            self._tab_to(browser, "#answer")
            self._type(browser, "Au clavier")
            self._tab_to(browser, ".o_support_answer_form [type=submit]")
            self._press(browser, "Enter")
            self._wait_until(
                browser,
                "document.readyState === 'complete'"
                " && !document.getElementById('support_form_errors')"
                " && location.pathname.match(/ticket.[0-9]+$/)",
            )
        self.assertIn("Au clavier", self.ticket.message_ids[:1].body)

    def test_focus_follows_the_page(self):
        """From top to bottom, every field once, and out again."""
        with self._browse(self.a1) as browser:
            self._open_page(browser, "/new/ticket")
            self._wait_until(browser, "document.querySelector('[name=category]')")
            found = []
            for _press in range(150):
                self._press(browser, "Tab")
                name = self._evaluate(
                    browser,
                    "document.activeElement.closest('.o_support_ticket_form')"
                    " ? document.activeElement.name || '' : null",
                )
                if name is None and found:
                    break
                if name and name not in found[-1:]:
                    found.append(name)
            else:
                self.fail("The tab key does not lead out of the form")
            expected = self._evaluate(
                browser,
                "[...new Set([...document.querySelectorAll('.o_support_ticket_form '"
                " + ':is(input, select, textarea)')].filter((field) => field.name"
                " && field.type !== 'hidden' && field.offsetParent"
                " && !field.disabled).map((field) => field.name))]",
            )
        self.assertEqual(found, expected)
