# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import Form, tagged

from .outcome_common import OutcomeCase


@tagged("post_install", "-at_install")
class TestConversionReport(OutcomeCase):
    """Each quotation is 5 hours at 100."""

    def _report(self, user=None):
        self.env.flush_all()
        return (
            self.env["support.conversion.report"]
            .with_user(user or self.project_manager)
            .search([("partner_id", "=", self.customer_a.id)], order="id")
        )

    def _new_ticket(self, **vals):
        return self._create_ticket(**{"category_id": self.category_out.id, **vals})

    def test_values_and_times(self):
        with self.at("2026-06-01 08:00:00"):
            accepted, refused, expired, opened, prepared = (
                self._quote(ticket)
                for ticket in (self.ticket, *(self._new_ticket() for _i in range(4)))
            )
        with self.at("2026-06-02 08:00:00"):
            for order in (accepted, refused, expired, opened):
                self._send(order)
        expired.validity_date = "2026-06-10"
        opened.validity_date = "2100-06-10"
        with self.at("2026-06-05 20:00:00"):
            self._confirm(accepted)
            refused.with_context(support_refusal="No")._action_cancel()
        self._create_pack(self.customer_a, 10)
        self._convert("hours_pack", self._new_ticket(), hours=1)
        self.env.cr.precommit.run()
        report = self._report()
        self.assertEqual(
            report.mapped("quotation_state"),
            ["accepted", "refused", "expired", "sent", "preparing", False],
        )
        self.assertEqual(sum(report.mapped("conversion_count")), 6)
        names = ("quoted", "accepted", "lost", "open", "prepared")
        self.assertEqual(
            [sum(report.mapped(f"amount_{name}")) for name in names],
            [2000, 500, 1000, 500, 500],
        )
        self.assertEqual(report.mapped("days_to_answer"), [3.5, 3.5, 0, 0, 0, 0])
        self.assertEqual(
            [str(moment) for moment in report[0].mapped("sent_at")],
            ["2026-06-02 08:00:00"],
        )
        # What the graph shows, and an average that leaves the others out.
        groups = self.env["support.conversion.report"].formatted_read_group(
            [("partner_id", "=", self.customer_a.id)],
            ["category_id", "action"],
            ["amount_quoted:sum", "days_to_answer:avg", "conversion_count:sum"],
        )
        self.assertEqual(
            {
                group["action"]: (
                    group["category_id"][0],
                    group["amount_quoted:sum"] or 0,
                    group["days_to_answer:avg"] or 0,
                    group["conversion_count:sum"],
                )
                for group in groups
            },
            {
                "quotation": (self.category_out.id, 2000, 3.5, 5),
                "hours_pack": (self.category_out.id, 0, 0, 1),
            },
        )

    def test_the_state_is_the_one_the_ticket_shows(self):
        orders = self.env["sale.order"]
        for _i in range(4):
            orders |= self._quote(self._new_ticket())
        orders[:3].action_quotation_sent()
        orders[0].action_confirm()
        orders[1].action_cancel()
        self._report()
        for line in self._report():
            self.assertEqual(line.quotation_state, line.order_id.support_state)
            self.assertEqual(
                bool(line.amount_quoted), line.order_id._support_is_shown()
            )

    def test_a_quotation_of_several_tickets_counts_once(self):
        other = self._new_ticket(category_id=self.category_in.id)
        order = self._quote()
        order.ticket_ids |= other
        other._log_conversion("quotation", order)
        self._confirm(order)
        report = self._report()
        self.assertEqual(report.mapped("amount_accepted"), [250, 250])
        self.assertEqual(report.category_id, self.category_in | self.category_out)

    def test_currency_of_the_company(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        self.customer_a.property_product_pricelist = self.env[
            "product.pricelist"
        ].create({"name": "Euro", "currency_id": euro.id})
        order = self._send(self._quote())
        self.assertEqual(order.amount_untaxed, 1000)
        report = self._report()
        self.assertEqual(report.amount_open, 500)
        self.assertEqual(report.currency_id, self.company.currency_id)

    def test_deleted_quotation(self):
        order = self._quote()
        name = order.name
        order.unlink()
        report = self._report()
        self.assertFalse(report.quotation_state)
        self.assertFalse(report.amount_quoted)
        self.assertEqual(self.ticket.conversion_ids.record_name, name)

    def test_who_sees_it(self):
        self._quote()
        self.assertTrue(self._report())
        self.assertTrue(self._report(self.manager))
        for user in (self.agent, self.a1):
            model = self.env["support.conversion.report"].with_user(user)
            self.assertFalse(model.has_access("read"))
        beta = self.env["res.company"].create({"name": "Beta"})
        self.project_manager.write(
            {"company_ids": [Command.set(beta.ids)], "company_id": beta.id}
        )
        self.assertFalse(self._report())

    def test_views(self):
        line = self._quote() and self._report()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "omydoo_helpdesk.support_conversion_report_action"
        )
        self.assertEqual(action["view_mode"], "pivot,graph,list")
        self.assertEqual(line.action_view_ticket()["res_id"], self.ticket.id)
        for model, record in (
            ("helpdesk.ticket.team", self.team),
            ("sale.order", self.ticket.sale_order_ids),
        ):
            self.assertTrue(Form(record.with_user(self.manager)), model)
