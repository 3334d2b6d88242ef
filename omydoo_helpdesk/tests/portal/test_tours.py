# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..portal_common import PortalCase


class PortalToursCase(PortalCase):
    def _run_customer_files_a_ticket(self):
        before = self._all_tickets()
        self.start_tour(
            "/new/ticket",
            "omydoo_helpdesk_customer_files_a_ticket",
            login=self.a1.login,
        )
        ticket = self._all_tickets() - before
        self.assertEqual(len(ticket), 1)
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Été à Nîmes : l’œuvre n’est plus imprimée",
                    "partner_id": self.a1.partner_id.id,
                    "category_id": self.category_in.id,
                    "claimed_priority": "3",
                    "priority": "3",
                    "blocking_what": "Les factures ne partent plus",
                    "blocking_who": "Toute la comptabilité",
                    "application_id": self.application.id,
                    "environment": "production",
                    "scope": "in_scope",
                    "response_state": "ongoing",
                }
            ],
        )
        self.assertEqual(
            ticket.description, "<p>Étape 1 : j’imprime<br>Étape 2 : erreur 500</p>"
        )
        self.assertEqual(ticket.attachment_ids.name, "capture d’écran.txt")

    def _run_customer_accepts_the_charter(self):
        older = self.charter.copy()
        older.section_ids[0].body = "<p>We answer in 24 hours.</p>"
        older.action_publish()
        self._accept_charter(self.a1)
        newer = older.copy()
        newer.section_ids[0].body = "<p>We answer in 48 hours.</p>"
        newer.action_publish()
        before = self._all_tickets()
        self.start_tour(
            "/new/ticket",
            "omydoo_helpdesk_customer_accepts_the_charter",
            login=self.a1.login,
        )
        ticket = self._all_tickets() - before
        self.assertEqual(ticket.name, "La charte est lue")
        self.assertEqual(newer.acceptance_ids.user_id, self.a1)
        self.assertEqual(newer.acceptance_ids.lang, "fr_FR")


@tagged("post_install", "-at_install")
class TestPortalTours(PortalToursCase):
    browser_size = "1280x900"

    def test_customer_files_a_ticket(self):
        self._run_customer_files_a_ticket()

    def test_customer_accepts_the_charter(self):
        self._run_customer_accepts_the_charter()


@tagged("post_install", "-at_install")
class TestPortalToursOnPhone(PortalToursCase):
    browser_size = "320x700"
    touch_enabled = True

    def test_customer_files_a_ticket_on_a_phone(self):
        self._run_customer_files_a_ticket()

    def test_customer_accepts_the_charter_on_a_phone(self):
        self._run_customer_accepts_the_charter()
