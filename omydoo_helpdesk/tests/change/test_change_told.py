# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .change_common import ORIGIN, ChangeCase


class TestChangeTold(ChangeCase):
    """Who is asked, who is told, and what they can read."""

    def test_contact_who_cannot_read_is_not_asked(self):
        self.a1.partner_id.support_portal_access = "own"
        ticket = self._create_ticket(partner_id=self.a2.partner_id.id)
        change = self._create_change(ticket_id=ticket.id)
        with self.assertRaisesRegex(UserError, "cannot read ticket"):
            self._ask(change)
        ticket.message_subscribe(self.a1.partner_id.ids)
        self.env.flush_all()
        change.action_ask()
        self.assertEqual(change.state, "awaiting")

    def test_employee_is_no_contact(self):
        user = new_test_user(self.env, "employee", groups="base.group_user")
        user.partner_id.write(
            {"parent_id": self.customer_a.id, "support_change_approver": True}
        )
        change = self._create_change(approver_ids=user.partner_id.ids)
        with self.assertRaisesRegex(UserError, "no access to the portal"):
            self._ask(change)

    def test_nobody_is_asked_without_knowing(self):
        self.a1.partner_id.email = False
        with self.assertRaisesRegex(UserError, "would not know"):
            self._ask(self.change)

    def test_text_with_nothing_to_read(self):
        # A blank, and the invisible character U+200B.
        change = self._create_change(description=" ", rollback="\u200b")
        with self.assertRaisesRegex(UserError, "What Will Be Done, How to Undo It"):
            self._ask(change)

    def test_mail_of_a_title_of_two_lines(self):
        change = self._create_change(name="Title\nBcc: evil@example.com")
        mail = self._get_mails(lambda: self._ask(change))
        self.assertEqual(mail.subject.splitlines(), [mail.subject])

    def test_desk_reads_what_was_sent(self):
        self._ask(self.change)
        message = self.ticket.with_user(self.agent).message_ids.filtered(
            lambda message: message.message_type == "email_outgoing"
        )
        self.assertIn(self.a1.partner_id.name, message.body)
        self.assertNotIn("<head", message.body)
        visible = self.env["mail.message"].with_user(self.a1)
        self.assertFalse(visible.search([("id", "=", message.id)]))
        self.assertFalse(visible.search([("body", "ilike", self.change.name)]))

    def test_former_contact_is_told_nothing(self):
        for vals in (
            {"support_change_approver": False},
            {"parent_id": self.customer_b.id},
        ):
            change = self._create_change()
            self._ask(change)
            with self.env.cr.savepoint() as savepoint:
                self.a1.partner_id.write(vals)
                self.assertFalse(self._get_mails(change.action_cancel))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_former_contact_waits_for_nothing(self):
        self._ask(self.change)
        tickets = self.env["helpdesk.ticket"].with_user(self.a1)
        count = len(tickets._get_portal_waiting_domains())
        self.a1.partner_id.support_change_approver = False
        self.assertEqual(len(tickets._get_portal_waiting_domains()), count - 1)

    def test_somebody_who_can_do_something_is_told(self):
        self.ticket.user_id = self.project_manager
        employee = new_test_user(self.env, "employee", groups="base.group_user")
        for user in (employee, self.agent):
            change = self._create_change(user_id=user.id)
            self._ask(change)
            if user == self.agent:
                user.active = False
            self._agree(change.with_user(self.a1).sudo())
            self.assertEqual(change.activity_ids.user_id, self.project_manager)

    def test_receipt_for_who_did_it(self):
        """P9: each step is answered by a mail, to the one who made it alone."""
        self.a2.partner_id.write({"support_change_approver": True, "lang": "en_US"})
        change = self._create_change(
            approver_ids=(self.a1 + self.a2).partner_id.ids,
        )
        self._ask(change)
        contact = self.a2.partner_id
        for step, words in (
            (
                lambda: change._ask_question(contact, "Who checks it?", ORIGIN),
                ["We have received your question", "Who checks it?"],
            ),
            (
                lambda: change._agree(
                    contact, change._get_text_hash("en_US"), "en_US", "Two", ORIGIN
                ),
                ["your agreement is noted"],
            ),
            (
                lambda: change._withdraw(contact, "Month end", ORIGIN),
                ["Your agreement is withdrawn", "Month end"],
            ),
        ):
            mail = self._get_mails(step)
            self.assertEqual(len(mail), 1)
            self.assertIn(contact.email, mail.email_to)
            self.assertEqual(
                (mail.model, mail.res_id), ("helpdesk.ticket", change.ticket_id.id)
            )
            for word in (*words, change.ticket_id.number, f"/my/changes/{change.id}"):
                self.assertIn(word, mail.body_html)

    def test_refusal_has_a_receipt(self):
        self._ask(self.change)
        partner = self.a1.partner_id
        mail = self._get_mails(
            lambda: self.change._refuse(
                partner, self.change._get_text_hash("fr_FR"), "fr_FR", "No", ORIGIN
            )
        )
        self.assertEqual(len(mail), 1)
        self.assertIn(partner.email, mail.email_to)

    def test_company_leaves_receipts(self):
        self._ask(self.change)
        self.company.support_silent_mail_ids = self.env.ref(
            "omydoo_helpdesk.mail_template_change_agreed"
        )
        self.assertFalse(self._get_mails(lambda: self._agree(self.change)))
        self.assertEqual(self.change.state, "agreed")
