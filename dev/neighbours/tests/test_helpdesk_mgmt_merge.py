# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .desk import DeskCase


class TestBesideMerge(DeskCase):
    """What is merged is put away, and its messages stay the customer's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # It moves messages, which Odoo lets administrators do only.
        cls.admin = cls.env.ref("base.user_admin")

    def merge(self, kept, *merged, **values):
        """Merge tickets by the wizard.

        :return: the ticket that is kept
        """
        tickets = kept.concat(*merged)
        wizard = (
            self.env["helpdesk.ticket.merge"]
            .with_user(self.admin)
            .with_context(active_ids=tickets.ids)
            .create(values)
        )
        if not values.get("create_new_ticket"):
            wizard.dst_ticket_id = kept
        wizard.merge_tickets()
        self.env.flush_all()
        self.env.invalidate_all()
        return wizard.dst_ticket_id

    def ask(self, ticket, body, **values):
        """Have the customer write on a ticket."""
        return ticket.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=ticket.partner_id.id,
            **values,
        )

    def create_colleague(self, login="nb_colleague", firm=None):
        """Return another user of the customer's firm, or of another one."""
        user = new_test_user(
            self.env, login, groups="base.group_portal", email=f"{login}@example.com"
        )
        user.partner_id.parent_id = firm or self.firm
        return user

    def find_told(self, ticket, partner):
        """Return what somebody is told on a ticket, by mail."""
        return self.env["mail.mail"].search(
            [
                ("model", "=", ticket._name),
                ("res_id", "in", ticket.ids),
                ("recipient_ids", "in", partner.ids),
            ]
        )

    def test_told_once_in_our_words(self):
        colleague = self.create_colleague()
        kept = self.create_ticket(name="First", user_id=self.agent.id)
        merged = self.create_ticket(name="Second", partner_id=colleague.partner_id.id)
        before = self.find_told(kept + merged, colleague.partner_id)
        others = self.find_told(kept + merged, self.customer.partner_id)
        self.merge(kept, merged)
        tickets = kept + merged
        mail = self.find_told(tickets, colleague.partner_id) - before
        self.assertEqual(len(mail), 1)
        self.assertEqual((mail.model, mail.res_id), (kept._name, kept.id))
        self.assertIn(merged.number, mail.subject)
        self.assertIn(kept.number, mail.body_html)
        self.assertFalse(
            (self.find_told(tickets, self.customer.partner_id) - others).filtered(
                lambda one: "has been merged" in one.body_html
            )
        )
        # No answer to either: nobody has answered.
        self.assertNotIn("answered", tickets.event_ids.mapped("kind"))

    def test_followers_files_and_answers(self):
        colleague = self.create_colleague()
        kept = self.create_ticket(name="First", user_id=self.agent.id)
        merged = self.create_ticket(name="Second", partner_id=colleague.partner_id.id)
        merged.message_subscribe(self.manager.partner_id.ids)
        file = self.env["ir.attachment"].create(
            {
                "name": "seen.txt",
                "raw": b"seen",
                # As the composer uploads it.
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
        self.ask(merged, "Here", attachment_ids=file.ids)
        self.merge(kept, merged)
        self.assertEqual(merged.duplicate_id, kept)
        followers = kept.message_partner_ids
        self.assertIn(colleague.partner_id, followers)
        self.assertIn(self.manager.partner_id, followers)
        self.assertEqual(kept.attachment_ids.mapped("name"), ["seen.txt"])
        self.ask(merged, "One more thing")
        self.assertTrue(
            kept.message_ids.filtered(lambda one: "One more thing" in one.body)
        )

    def test_a_question_waits_on(self):
        kept = self.create_ticket(name="First", user_id=self.agent.id)
        kept.with_user(self.agent).message_post(
            body="We look at it",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(kept.waiting_since)
        merged = self.create_ticket(name="Second")
        asked_at = merged.waiting_since
        self.assertTrue(asked_at)
        self.merge(kept, merged)
        self.assertEqual(kept.turn, "us")
        self.assertGreaterEqual(kept.waiting_since, asked_at)
        self.assertFalse(merged.turn)

    def test_not_another_customer_s(self):
        other_firm = self.firm.copy({"name": "Other"})
        other = self.create_colleague("nb_other", other_firm)
        kept = self.create_ticket(name="First")
        merged = self.create_ticket(name="Second", partner_id=other.partner_id.id)
        stranger = self.create_ticket(
            name="Third", partner_id=False, partner_email="stranger@example.com"
        )
        for tickets in ((kept, merged), (merged, kept), (kept, stranger)):
            for values in ({}, {"create_new_ticket": True, "dst_ticket_name": "All"}):
                with (
                    self.assertRaisesRegex(UserError, "different customers"),
                    self.env.cr.savepoint(),
                ):
                    self.merge(*tickets, **values)
        self.assertTrue(merged.active)

    def test_not_who_reads_their_own_only(self):
        colleague = self.create_colleague()
        colleague.partner_id.support_portal_access = "own"
        kept = self.create_ticket(name="First")
        merged = self.create_ticket(name="Second", partner_id=colleague.partner_id.id)
        with (
            self.assertRaisesRegex(UserError, "do not read each other"),
            self.env.cr.savepoint(),
        ):
            self.merge(kept, merged)
        # A follower of theirs who may not read the other one does not follow it.
        third = self.create_colleague("nb_third")
        third.partner_id.support_portal_access = "own"
        merged.partner_id = self.customer.partner_id
        merged.message_subscribe(third.partner_id.ids)
        self.merge(kept, merged)
        self.assertNotIn(third.partner_id, kept.message_partner_ids)
        self.assertFalse(kept.with_user(third).has_access("read"))

    def test_a_new_ticket_has_a_customer(self):
        colleague = self.create_colleague()
        first = self.create_ticket(name="First")
        second = self.create_ticket(name="Second", partner_id=colleague.partner_id.id)
        made = self.merge(first, second, create_new_ticket=True, dst_ticket_name="Both")
        self.assertEqual(made.partner_id, first.partner_id)
        self.assertEqual((first + second).duplicate_id, made)
        self.authenticate("nb_colleague", "nb_colleague")
        page = self.url_open(f"/my/ticket/{made.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(second.number, page.text)

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
