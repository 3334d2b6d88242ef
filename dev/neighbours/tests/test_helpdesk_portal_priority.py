# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from .desk import DeskCase


class TestBesidePortalPriority(DeskCase):
    """One question for the priority, under the name that the other addon gives it."""

    def test_the_form_asks_once(self):
        form = self.get_form()
        self.assertIn("priority", form.fields)
        self.assertNotIn("claimed_priority", form.fields)
        self.assertEqual(len(form.xpath(".//select[@name='priority']")), 0)

    def test_what_is_sent_as_priority_is_the_claim(self):
        ticket = self.file_ticket(priority="0")
        self.assertEqual(ticket.claimed_priority, "0")
        self.assertEqual(ticket.priority, "0")

    def test_a_high_priority_says_what_is_blocked(self):
        response = self.send_form(self.get_form(), priority="3")
        self.assertEqual(response.status_code, 400)
        ticket = self.file_ticket(
            priority="3", blocking_what="All of it", blocking_who="All of us"
        )
        self.assertEqual(ticket.claimed_priority, "3")
        self.assertEqual(ticket.priority, "3")

    def test_a_script_that_knows_our_name_still_files(self):
        ticket = self.file_ticket(claimed_priority="0")
        self.assertEqual(ticket.priority, "0")
