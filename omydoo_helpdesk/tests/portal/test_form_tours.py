# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..portal_common import PortalCase


class FormToursCase(PortalCase):
    def _run_customer_form_helps(self):
        self.category_in.portal_checklist = "Étapes\n* Une capture\nDepuis quand"
        self._create_ticket(name="Échec de l’envoi des factures")
        self._create_ticket(name="Échec de l’envoi", partner_id=self.b1.partner_id.id)
        self.env["support.help.article"].create(
            {
                "name": "Envoyer une facture",
                "url": "https://help.example.com/invoice",
                "keywords": "échec, envoi",
            }
        )
        before = self._all_tickets()
        self.start_tour(
            "/new/ticket", "omydoo_helpdesk_customer_form_helps", login=self.a1.login
        )
        ticket = self._all_tickets() - before
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Le zeppelin ne vole plus",
                    "partner_id": self.a1.partner_id.id,
                    "category_id": self.category_in.id,
                    "claimed_priority": "0",
                }
            ],
        )
        self.assertIn("Bonjour", ticket.description)
        self.assertEqual(len(ticket.attachment_ids), 2)
        first, second = ticket.attachment_ids.sorted("file_size").mapped("raw")
        self.assertEqual(second, first + b"2")


@tagged("post_install", "-at_install")
class TestFormTours(FormToursCase):
    browser_size = "1280x900"

    def test_customer_form_helps(self):
        self._run_customer_form_helps()

    def test_draft_of_another(self):
        self.start_tour("/my", "omydoo_helpdesk_draft_of_another", login=self.a1.login)


@tagged("post_install", "-at_install")
class TestFormToursOnPhone(FormToursCase):
    browser_size = "375x700"
    touch_enabled = True

    def test_customer_form_helps_on_a_phone(self):
        self._run_customer_form_helps()
