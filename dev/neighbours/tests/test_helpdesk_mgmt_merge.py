# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from .desk import DeskCase


class TestBesideMerge(DeskCase):
    """What is merged is put away, and its messages stay the customer's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # It moves messages, which Odoo lets administrators do only.
        cls.admin = cls.env.ref("base.user_admin")

    def test_merge(self):
        kept = self.create_ticket(name="First")
        merged = self.create_ticket(name="Second")
        words = merged.message_post(
            body="Still no paper",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.partner_id.id,
        )
        wizard = (
            self.env["helpdesk.ticket.merge"]
            .with_user(self.admin)
            .with_context(active_ids=[kept.id, merged.id])
            .create({})
        )
        wizard.dst_ticket_id = kept
        wizard.merge_tickets()
        self.assertFalse(merged.active)
        self.assertTrue(kept.active)
        self.assertEqual(words.res_id, kept.id)
        self.assertIn("Second", kept.description)
        self.authenticate("nb_customer", "nb_customer")
        page = self.url_open(f"/my/ticket/{kept.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Still no paper", page.text)

    def test_merge_into_a_new_ticket(self):
        tickets = self.create_ticket(name="First") + self.create_ticket(name="Second")
        wizard = (
            self.env["helpdesk.ticket.merge"]
            .with_user(self.admin)
            .with_context(active_ids=tickets.ids)
            .create({"create_new_ticket": True, "dst_ticket_name": "Both"})
        )
        wizard.merge_tickets()
        self.assertEqual(wizard.dst_ticket_id.name, "Both")
        self.assertEqual(wizard.dst_ticket_id.partner_id, self.customer.partner_id)
        self.assertEqual(wizard.dst_ticket_id.priority, tickets[0].priority)
        self.assertFalse(any(tickets.mapped("active")))
