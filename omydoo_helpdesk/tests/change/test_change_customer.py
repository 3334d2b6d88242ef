# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError

from .change_common import ChangeCase


class TestChangeCustomer(ChangeCase):
    """A change is for the customer and the company who were asked."""

    def test_same_ticket_written_again(self):
        self._ask(self.change)
        self._agree(self.change)
        self.ticket.partner_id = self.b1.partner_id
        self.change.with_user(self.agent).ticket_id = self.ticket.id
        self.env.flush_all()
        self.assertEqual(self.change.partner_id, self.customer_a)
        with self.assertRaisesRegex(UserError, "another customer"):
            self.change.action_apply("Done")

    def test_ticket_of_another_company_now(self):
        self._ask(self.change)
        self._agree(self.change)
        beta = self.env["res.company"].create({"name": "Beta"})
        self.ticket.write(
            {"company_id": beta.id, "team_id": False, "category_id": False}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        change = self.change.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "or company now"):
            change.action_apply("Done")
        change.action_cancel()
        self.assertEqual(change.state, "cancelled")

    def test_ticket_without_customer(self):
        ticket = self._create_ticket(partner_id=False, partner_name="Nobody")
        change = self._create_change(ticket_id=ticket.id)
        self._test(change)
        change.action_confirm_backup()
        with self.assertRaisesRegex(UserError, "had no customer"):
            change.action_ask()
