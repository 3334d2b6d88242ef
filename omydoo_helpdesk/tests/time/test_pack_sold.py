# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import tagged

from .time_common import TimeCase


@tagged("post_install", "-at_install")
class TestPackSold(TimeCase):
    """What is a pack, from when it pays for requests, and until when."""

    def _credit(self, invoice):
        wizard = self.env["account.move.reversal"].create(
            {
                "move_ids": [Command.set(invoice.ids)],
                "journal_id": invoice.journal_id.id,
            }
        )
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        credit.action_post()
        return credit

    def _invoice(self, pack):
        invoice = pack.order_id._create_invoices()
        invoice.action_post()
        return invoice

    # === BOUGHT AFTER THE REQUEST === #

    def test_pack_bought_later_pays(self):
        ticket = self._create_ticket_out()
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        closed = self._create_ticket_out(stage_id=done.id)
        foreign = self._create_ticket_out(partner_id=self.b1.partner_id.id)
        self.assertEqual(ticket.coverage, "none")
        pack = self._create_pack(self.customer_a, 5)
        self.assertEqual(ticket.coverage, "hours_pack")
        self.assertEqual(closed.coverage, "none", "what is over stays as it was")
        self.assertEqual(foreign.coverage, "none")
        time = self._log(ticket, 1)
        self.assertEqual(time.sudo().so_line, pack)
        self.assertFalse(ticket.charge_warning)

    def test_pack_added_to_an_order_pays(self):
        ticket = self._create_ticket_out()
        service = self.env["product.product"].create(
            {"name": "Installation", "type": "service"}
        )
        order = self._create_pack(self.customer_a, 1, product=service).order_id
        self.assertEqual(ticket.coverage, "none")
        order.order_line = [
            Command.create({"product_id": self.prepaid.id, "product_uom_qty": 3})
        ]
        self.assertEqual(ticket.coverage, "hours_pack")

    def test_pack_cancelled_pays_no_more(self):
        pack = self._create_pack(self.customer_a, 5)
        ticket = self._create_ticket_out()
        self.assertEqual(ticket.coverage, "hours_pack")
        pack.order_id._action_cancel()
        self.assertEqual(ticket.coverage, "none")

    # === CREDITED === #

    def test_credit_note_takes_the_hours_back(self):
        pack = self._create_pack(self.customer_a, 5)
        self.assertEqual(pack.remaining_hours, 5, "usable before it is invoiced")
        invoice = self._invoice(pack)
        self.assertEqual(pack.remaining_hours, 5)
        ticket = self._create_ticket_out()
        credit = self._credit(invoice)
        self.env.flush_all()
        self.assertEqual(pack.remaining_hours, 0)
        self.assertEqual(pack.support_pack_hours, 0)
        self.assertEqual(ticket.coverage, "none")
        self.assertFalse(pack._find_hours_packs(self.customer_a, self.company))
        self.assertEqual(self._create_ticket_out().coverage, "none")
        # Taken back itself.
        credit.button_draft()
        self.env.flush_all()
        self.assertEqual(pack.remaining_hours, 5)
        self.assertEqual(ticket.coverage, "hours_pack")

    def test_part_credited_and_invoiced_anew(self):
        pack = self._create_pack(self.customer_a, 10)
        self._log(self._create_ticket_out(), 2)
        invoice = self._invoice(pack)
        credit = self.env["account.move"].browse(
            self.env["account.move.reversal"]
            .create(
                {
                    "move_ids": [Command.set(invoice.ids)],
                    "journal_id": invoice.journal_id.id,
                }
            )
            .refund_moves()["res_id"]
        )
        credit.invoice_line_ids.quantity = 3
        self.assertEqual(pack.remaining_hours, 8, "not before it is posted")
        credit.action_post()
        self.env.flush_all()
        self.assertEqual(pack.support_pack_credited_qty, 3)
        self.assertEqual(pack.remaining_hours, 5)
        self.assertEqual(pack.support_pack_hours, 7)
        self.assertPack(pack, 2)
        self._invoice(pack)
        self.env.flush_all()
        self.assertEqual(pack.remaining_hours, 8, "invoiced anew")

    # === OTHER PREPAID HOURS === #

    def test_only_marked_products_are_packs(self):
        furniture = self.env["product.product"].create(
            {
                "name": "Furniture",
                "type": "service",
                "service_policy": "ordered_prepaid",
                "uom_id": self.hour.id,
            }
        )
        line = self._create_pack(self.customer_a, 8, product=furniture)
        ticket = self._create_ticket_out()
        self.assertEqual(ticket.coverage, "none")
        self.assertFalse(line._find_packs(self.customer_a, self.company))
        self.assertFalse(
            self.env["support.pack.report"].search([("pack_id", "=", line.id)])
        )
        furniture.is_support_pack = True
        self.assertEqual(ticket.coverage, "hours_pack")
        self.env.flush_all()
        self.assertTrue(
            self.env["support.pack.report"].search([("pack_id", "=", line.id)])
        )

    def test_no_forecast_before_there_is_one(self):
        pack = self._create_pack(self.customer_a, 20)
        self._log(self._create_ticket_out(), 12)
        self.env.flush_all()
        row = self.env["support.pack.report"].search([("pack_id", "=", pack.id)])
        self.assertEqual((row.sold_hours, row.used_hours), (20, 12))
        self.assertFalse(row.burn_rate)
        self.assertFalse(row.spent_on)
