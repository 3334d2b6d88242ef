# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command

from .outcome_common import OutcomeCase


class TestOutcomePayment(OutcomeCase):
    """A quotation that the customer accepts by paying for it online."""

    def test_paid_quotation_is_accepted(self):
        order = self._send(
            self._quote(
                require_payment=True,
                require_signature=False,
                support_on_acceptance="project",
            )
        )
        self.company.support_accepted_stage_id = self.stage_progress
        method = self.env.ref("payment.payment_method_unknown")
        provider = self.env["payment.provider"].create(
            {
                "name": "Test",
                "code": "none",
                "state": "test",
                "company_id": order.company_id.id,
                "payment_method_ids": [Command.set(method.ids)],
            }
        )
        # As the provider's web hook does, where no salesperson is about.
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": order.name,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_redirect",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        self.assertFalse(order.support_outcome)
        transaction._set_done()
        # What follows in the accounts needs a chart of accounts, and is not ours.
        transaction._check_amount_and_confirm_order()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.support_outcome, "accepted")
        self.ticket.invalidate_recordset()
        self.assertTrue(self.ticket.project_id)
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
