# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.tests import Form, new_test_user, tagged

from ...const import MAIL_LAYOUT
from .outcome_common import OutcomeCase

OURS = "omydoo_helpdesk.mail_template_quotation"


@tagged("post_install", "-at_install")
class TestQuotationMail(OutcomeCase):
    """The quotation of a request leaves in the words and the look of the desk."""

    def _send_by_form(self, order, user=None):
        """Press *Send* on an order, and send what is proposed."""
        user = user or self.project_manager
        action = order.with_user(user).action_quotation_send()
        composer = Form(
            self.env["mail.compose.message"]
            .with_user(user)
            .with_context(**action["context"])
        ).save()
        before = self.env["mail.mail"].search([])
        composer.action_send_mail()
        self.env.flush_all()
        mails = self.env["mail.mail"].search([]) - before
        return mails.filtered(lambda mail: self.a1.partner_id in mail.recipient_ids)

    def test_number_link_and_look(self):
        order = self._quote(validity_date=date(2030, 6, 10))
        (order.partner_id | self.a1.partner_id).lang = "en_US"
        mail = self._send_by_form(order)
        self.assertEqual(order.state, "sent")
        self.assertEqual(len(mail), 1)
        self.assertEqual(
            mail.subject,
            f"Quotation {order.name} for your request {self.ticket.number}",
        )
        for words in (
            self.ticket.number,
            self.ticket.name,
            f"/my/ticket/{self.ticket.id}",
            f"/my/orders/{order.id}",
            "500.00",
            "2030",
            "See the quotation",
            "max-width: 600px",
        ):
            self.assertIn(words, mail.body_html)
        self.assertIn(order.name, mail.attachment_ids.name, "the document itself")

    def test_in_the_language_of_the_customer(self):
        template = self.env.ref(OURS)
        template.with_context(
            lang="fr_FR"
        ).subject = "Devis {{ object.name }} pour votre demande"
        order = self._quote()
        order.partner_id.lang = "fr_FR"
        mail = self._send_by_form(order)
        self.assertEqual(mail.subject, f"Devis {order.name} pour votre demande")

    def test_several_requests(self):
        other = self._create_ticket(
            name="Another report", category_id=self.category_out.id
        )
        order = self._convert("quotation", self.ticket + other)
        body = self._send_by_form(order).body_html
        for ticket in self.ticket + other:
            self.assertIn(ticket.number, body)
            self.assertIn(ticket.name, body)

    def test_whoever_sells_need_not_read_tickets(self):
        seller = new_test_user(
            self.env,
            "quotation_seller",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        self.assertFalse(self.ticket.with_user(seller).has_access("read"))
        order = self._quote()
        self.assertIn(self.ticket.number, self._send_by_form(order, seller).body_html)

    def test_switched_off_or_archived(self):
        order = self._quote()
        template = self.env.ref(OURS)
        odoos = self.env.ref("sale.email_template_edi_sale")
        self.assertEqual(order._find_mail_template(), template)
        self.company.support_silent_mail_ids = template
        self.assertEqual(order._find_mail_template(), odoos)
        action = order.action_quotation_send()
        self.assertNotEqual(
            action["context"]["default_email_layout_xmlid"], MAIL_LAYOUT
        )
        self.company.support_silent_mail_ids = False
        template.active = False
        self.assertEqual(order._find_mail_template(), odoos)

    def test_other_orders_notice_nothing(self):
        order = self._quote()
        ours = order._find_mail_template()
        self.assertNotEqual(
            order.with_context(proforma=True)._find_mail_template(), ours
        )
        self._send(order)
        self._confirm(order)
        self.assertNotEqual(order._find_mail_template(), ours, "of what is confirmed")
        plain = order.copy()
        plain.ticket_ids = False
        self.assertEqual(
            plain._find_mail_template(), self.env.ref("sale.email_template_edi_sale")
        )
        context = plain.action_quotation_send()["context"]
        self.assertNotEqual(context["default_email_layout_xmlid"], MAIL_LAYOUT)
