# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.tests import HttpCase, tagged

from .start_common import StartCase


@tagged("post_install", "-at_install")
class TestStartTour(StartCase, HttpCase):
    """From an empty company to the first request answered, in at most forty clicks.

    What is looked for is named, not worded: so that it goes in each language.
    """

    browser_size = "1440x900"

    def _file_by_the_portal(self):
        """File the first real request, as the customer who was invited."""
        contact = self.env["res.partner"].search(
            [("email", "=", "claire@lune.example.com")]
        )
        contact.user_ids.password = contact.user_ids.login
        self.authenticate(contact.user_ids.login, contact.user_ids.login)
        charter = self.env["support.charter"]._get_published(self.new)
        lang = contact.user_ids.lang
        response = self.url_open(
            "/submitted/ticket",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "subject": "My first request",
                "description": "The invoice cannot be printed.",
                "category": self.env.ref(
                    "omydoo_helpdesk.helpdesk_ticket_category_troubleshooting"
                ).id,
                "claimed_priority": "1",
                "charter_accepted": "on",
                "charter_version": charter.id,
                "charter_hash": charter.with_context(lang=lang)._get_hash(),
            },
        )
        self.assertEqual(response.status_code, 200)
        return self.env["helpdesk.ticket"].search([("name", "=", "My first request")])

    def _set_up_and_answer(self):
        self.start_tour(
            "/odoo",
            "omydoo_helpdesk_manager_sets_a_desk_up",
            login=self.boss.login,
        )
        ticket = self._file_by_the_portal()
        self.assertEqual(ticket.company_id, self.new)
        self.assertEqual(ticket.response_state, "ongoing")
        self.start_tour(
            "/odoo",
            "omydoo_helpdesk_manager_answers_first",
            login=self.boss.login,
        )
        self.assertEqual(ticket.response_state, "met")

    def test_first_day(self):
        self._set_up_and_answer()

    def test_first_day_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.boss.lang = "fr_FR"
        self._set_up_and_answer()
