# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .time_common import TimeCase


@tagged("post_install", "-at_install")
class TestPackOverrun(TimeCase):
    """What a pack does not hold: the next one's, and below zero where there is none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.early = cls._create_pack(cls.customer_a, 2, end="2099-06-30")

    def _get_charges(self, ticket):
        """Return what the entries of a ticket are charged to, oldest first."""
        self.env.flush_all()
        lines = self.env["account.analytic.line"].search(
            [("ticket_id", "=", ticket.id)], order="id"
        )
        return [
            (line.so_line, line.support_real_hours, line.support_charged_hours)
            for line in lines
        ]

    # === DIVIDED === #

    def test_rest_of_the_first_pack_is_used(self):
        """More than a contract holds is divided, and what fits is charged to it.

        https://github.com/Probesys/bileto/pull/467: there, the rest is charged to
        nothing; here, to the customer's next pack.
        """
        late = self._create_pack(self.customer_a, 5)
        ticket = self._create_ticket_out()
        self._log(ticket, 1.5)
        line = self._log(ticket, 1.2, support_customer_note="Report")
        self.assertEqual(
            self._get_charges(ticket),
            [(self.early, 1.5, 1.5), (self.early, 0.5, 0.5), (late, 0.7, 0.75)],
        )
        self.assertEqual(line.support_real_hours, 0.5)
        rest = ticket.sudo().timesheet_ids.filtered(lambda time: time.so_line == late)
        for name in ("date", "name", "employee_id", "support_customer_note"):
            self.assertEqual(rest[name], line.sudo()[name], name)
        self.assertPack(self.early, 2)
        self.assertPack(late, 0.75)
        self.assertAlmostEqual(ticket.total_hours, 2.7)

    def test_over_several_packs(self):
        second = self._create_pack(self.customer_a, 1, end="2099-12-31")
        late = self._create_pack(self.customer_a, 5)
        ticket = self._create_ticket_out()
        self._log(ticket, 4)
        self.assertEqual(
            self._get_charges(ticket),
            [(self.early, 2, 2), (second, 1, 1), (late, 1, 1)],
        )

    def test_in_a_batch(self):
        late = self._create_pack(self.customer_a, 5)
        ticket = self._create_ticket_out()
        self.env["account.analytic.line"].with_user(self.agent).create(
            [
                {"ticket_id": ticket.id, "name": "x", "unit_amount": 1.5}
                for _number in range(3)
            ]
        )
        self.assertPack(self.early, 2)
        self.assertPack(late, 2.5)
        self.assertAlmostEqual(ticket.sudo().total_hours, 4.5)

    def test_longer_than_it_was(self):
        late = self._create_pack(self.customer_a, 5)
        ticket = self._create_ticket_out()
        line = self._log(ticket, 1, date=date(2026, 6, 1), support_customer_note="Note")
        line.write({"unit_amount": 3, "name": "Other words"})
        self.assertEqual(self._get_charges(ticket), [(self.early, 2, 2), (late, 1, 1)])
        rest = ticket.sudo().timesheet_ids - line.sudo()
        self.assertEqual(
            (rest.name, rest.date, rest.support_customer_note),
            ("Other words", date(2026, 6, 1), "Note"),
        )
        # Shorter, or the same, divides nothing.
        line.write({"support_real_hours": 1.5})
        self.assertEqual(
            self._get_charges(ticket), [(self.early, 1.5, 1.5), (late, 1, 1)]
        )

    # === WHOLE === #

    def test_below_zero_where_no_other_pack_has_hours(self):
        """The time is kept on the contract, whose hours may be extended.

        https://github.com/Probesys/bileto/issues/880 and, that nobody is kept from
        writing down what was done, https://github.com/OCA/timesheet/issues/64.
        """
        self._create_pack(self.customer_b, 5)
        self._create_pack(self.customer_a, 5, end="2020-01-01")
        ticket = self._create_ticket_out()
        self._log(ticket, 3)
        self.assertEqual(self._get_charges(ticket), [(self.early, 3, 3)])
        self.assertEqual(self.early.remaining_hours, -1)

    def test_hours_added_to_a_pack_take_its_overrun(self):
        """https://github.com/Probesys/bileto/issues/504: times of before are found."""
        ticket = self._create_ticket_out()
        self._log(ticket, 3)
        self.early.product_uom_qty = 10
        self.assertPack(self.early, 3)
        self.assertEqual(self.early.remaining_hours, 7)
        self.assertEqual(ticket.coverage, "hours_pack")

    def test_pack_bought_later_takes_the_time_of_before(self):
        """https://github.com/Probesys/bileto/issues/441: the times that no contract
        paid for are assigned to it, and nobody has to look for them.
        """
        self.early.order_id._action_cancel()
        ticket = self._create_ticket_out()
        self._log(ticket, 1)
        nothing = self.env["sale.order.line"]
        self.assertEqual(self._get_charges(ticket), [(nothing, 1, 0)])
        bought = self._create_pack(self.customer_a, 5)
        self.assertEqual(self._get_charges(ticket), [(bought, 1, 1)])
        self.assertPack(bought, 1)

    def test_charged_as_much_as_the_whole(self):
        """Two entries would be two minimums: the next pack holds all of it."""
        self.company.support_time_minimum = 30
        late = self._create_pack(self.customer_a, 5)
        ticket = self._create_ticket_out()
        self._log(ticket, 2.2)  # 2 h and 12 min: a minimum of 30 min for these alone
        self.assertEqual(self._get_charges(ticket), [(late, 2.2, 2.25)])

    def test_gestures_and_what_a_manager_chose(self):
        late = self._create_pack(self.customer_a, 5)
        ticket = self._create_ticket_out()
        self._log(ticket, 3, support_no_charge=True, support_no_charge_reason="x")
        chosen = self._log(ticket, 3, user=self.project_manager, so_line=self.early.id)
        chosen.write({"unit_amount": 4})
        nothing = self.env["sale.order.line"]
        self.assertEqual(
            self._get_charges(ticket), [(nothing, 3, 0), (self.early, 4, 4)]
        )
        self.assertPack(late, 0)

    def test_time_of_other_requests_stays_whole(self):
        self._create_pack(self.customer_a, 5)
        ticket = self._create_ticket()
        self._log(ticket, 3).write({"unit_amount": 6})
        self.assertEqual(
            self._get_charges(ticket), [(self.env["sale.order.line"], 6, 0)]
        )

    # === CUT === #

    def test_credit_note_of_something_else_takes_no_hours_back(self):
        """Only what is credited of the hours is taken back, and once.

        https://github.com/odoo/odoo/pull/254332: a line of quantity zero on the credit
        note of other goods freed all of the hours, and a part of them more than that.
        """
        self.early.order_id.order_line = [
            Command.create(
                {
                    "product_id": self.env["product.product"]
                    .create({"name": "Cable", "invoice_policy": "order"})
                    .id,
                    "product_uom_qty": 1,
                }
            )
        ]
        self._log(self._create_ticket_out(), 0.5)
        invoice = self.early.order_id._create_invoices()
        invoice.action_post()
        for taken, left in ((0, 1.5), (1, 0.5)):
            wizard = self.env["account.move.reversal"].create(
                {
                    "move_ids": [Command.set(invoice.ids)],
                    "journal_id": invoice.journal_id.id,
                }
            )
            credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
            lines = credit.invoice_line_ids
            lines.filtered(
                lambda line: line.product_id == self.prepaid
            ).quantity = taken
            credit.action_post()
            self.env.flush_all()
            self.assertEqual(self.early.remaining_hours, left)
