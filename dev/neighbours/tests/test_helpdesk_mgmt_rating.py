# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http

from .desk import DeskCase


class TestBesideRating(DeskCase):
    """One satisfaction, whichever addon asks for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.closed = cls.team._get_applicable_stages().filtered("closed")[:1]
        cls.closed.rating_mail_template_id = cls.env.ref(
            "helpdesk_mgmt_rating.rating_ticket_email_template"
        )
        cls.ticket = cls.create_ticket(cls)
        cls.ticket.with_user(cls.agent).stage_id = cls.closed

    def test_what_is_said_by_mail_is_what_we_show(self):
        self.assertEqual(len(self.ticket.sudo().rating_ids), 1, "asked once")
        token = self.ticket._rating_get_access_token()
        self.authenticate(None, None)
        response = self.url_open(
            f"/rate/{token}/submit_feedback",
            data={"rate": 5, "csrf_token": http.Request.csrf_token(self)},
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.ticket.satisfaction, "satisfied")
        self.assertEqual(self.ticket.positive_rate_percentage, 100)
        self.assertEqual(len(self.ticket.rating_ids), 1)
        action = self.ticket.with_user(self.agent).action_view_ticket_rating()
        self.assertEqual(
            action["id"],
            self.env.ref("helpdesk_mgmt_rating.helpdesk_ticket_rating_action").id,
        )

    def test_what_is_said_on_our_page_answers_their_mail(self):
        partner = self.customer.partner_id
        self.assertTrue(self.ticket.sudo()._rate_as(partner, "dissatisfied", "Late"))
        self.assertEqual(self.ticket.satisfaction, "dissatisfied")
        self.assertEqual(self.ticket.positive_rate_percentage, 0)
        self.assertEqual(len(self.ticket.rating_ids), 1, "the one that was asked")

    def test_one_button_leads_to_the_ratings(self):
        arch = self.get_arch("form", self.manager)
        buttons = arch.xpath("//button[@name='action_view_ticket_rating']")
        self.assertEqual(len(buttons), 1)
        self.assertEqual(len(arch.xpath("//field[@name='satisfaction']")), 1)
