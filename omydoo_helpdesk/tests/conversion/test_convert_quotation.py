# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.tests import tagged

from .convert_common import ConvertCase


@tagged("post_install", "-at_install")
class TestConvertQuotation(ConvertCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["sale.order.template"].create(
            {
                "name": "Report",
                "company_id": cls.company.id,
                "number_of_days": 12,
                "note": "<p>Paid in advance</p>",
                "require_signature": True,
                "sale_order_template_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.service.id,
                            "name": "Analysis",
                            "product_uom_qty": 2,
                        }
                    ),
                    Command.create(
                        {
                            "product_id": cls.service.id,
                            "name": "Work",
                            "product_uom_qty": 3,
                        }
                    ),
                ],
            }
        )
        cls.template.with_context(lang="fr_FR").note = "<p>Payable d'avance</p>"
        line = cls.template.sale_order_template_line_ids[0]
        line.with_context(lang="fr_FR").name = "Analyse"

    def test_from_a_template_in_the_customers_language(self):
        form = self._open()
        form.quotation_source = "template"
        form.sale_order_template_id = self.template
        self.assertEqual(form.quotation_source, "template")
        expiry = fields.Date.add(fields.Date.today(), days=12)
        self.assertEqual(form.validity_date, expiry)
        order = self.env["sale.order"].browse(form.save().action_convert()["res_id"])
        self.assertEqual(order.sale_order_template_id, self.template)
        self.assertEqual(order.validity_date, expiry)
        self.assertIn("Payable d'avance", order.note)
        self.assertTrue(order.require_signature)
        section, note, analysis, work = order.order_line
        self.assertIn("A new report", section.name)
        self.assertEqual(note.name, "Sales by region, please.")
        self.assertEqual(analysis.name, "Analyse")
        self.assertEqual((analysis.product_uom_qty, work.product_uom_qty), (2, 3))
        self.assertEqual(order.amount_untaxed, 500.0)

    def test_company_template_is_not_taken_unless_chosen(self):
        self.company.sale_order_template_id = self.template
        order = self._convert("quotation", hours=1)
        self.assertFalse(order.sale_order_template_id)
        self.assertEqual(len(order.order_line), 3)

    def test_template_gone_meanwhile(self):
        form = self._open()
        form.quotation_source = "template"
        form.sale_order_template_id = self.template
        wizard = form.save()
        self.template.active = False
        self.assertIn("is archived", wizard._get_obstacle())
        self.template.active = True
        product = self.template.sale_order_template_line_ids.product_id
        product.active = False
        self.assertIn("is archived or not for sale", wizard._get_obstacle())
        product.active = True
        self.template.unlink()
        wizard.invalidate_recordset()
        self.assertEqual(wizard.quotation_source, "template")
        self.assertIn("deleted meanwhile", wizard._get_obstacle())

    def test_taxes_of_the_customers_country(self):
        tax, export = self.env["account.tax"].create(
            [
                {"name": "20 %", "amount": 20.0, "company_id": self.company.id},
                {"name": "0 %", "amount": 0.0, "company_id": self.company.id},
            ]
        )
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Abroad",
                "company_id": self.company.id,
                "auto_apply": True,
                "country_id": self.env.ref("base.ch").id,
                "sequence": 0,
            }
        )
        export.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(tax.id)],
            }
        )
        self.service.taxes_id = tax
        self.assertEqual(self._convert("quotation", hours=1).amount_total, 120.0)
        self.customer_a.country_id = self.env.ref("base.ch")
        order = self._convert("quotation", hours=1, convert_again=True)
        self.assertEqual(order.fiscal_position_id, position)
        self.assertEqual(order.amount_total, 100.0)

    def test_preview_shows_what_is_made_then(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        self.customer_a.property_product_pricelist = self.env[
            "product.pricelist"
        ].create({"name": "Euro", "currency_id": euro.id})
        form = self._open()
        form.hours = 2.5
        self.assertIn("The quotation is in EUR", form.warning)
        wizard = form.save()
        shown = wizard._prepare_preview_values()["orders"][0]
        self.assertIn("500.00", wizard.preview)
        self.assertFalse(self.ticket.sale_order_ids, "nothing is made to show it")
        order = self.env["sale.order"].browse(wizard.action_convert()["res_id"])
        self.assertEqual(order.amount_total, 500.0)
        self.assertEqual(shown.amount_total, order.amount_total)
        self.assertEqual(shown.currency_id, euro)
        self.assertEqual(
            shown.order_line.mapped("name"), order.order_line.mapped("name")
        )

    def test_pricelist_without_a_rate_is_refused(self):
        currency = self.env["res.currency"].create({"name": "XTS", "symbol": "X"})
        self.customer_a.property_product_pricelist = self.env[
            "product.pricelist"
        ].create({"name": "Test", "currency_id": currency.id})
        self.assertIn("has no exchange rate", self._open().obstacle)

    def test_choice_made_on_acceptance_is_on_the_order(self):
        template = self.env["project.project"].create(
            {"name": "Template", "is_template": True, "company_id": self.company.id}
        )
        order = self._convert(
            "quotation",
            hours=7,
            support_on_acceptance="project",
            support_project_template_id=template,
            support_project_user_id=self.manager,
        )
        self.assertEqual(order.support_on_acceptance, "project")
        self.assertEqual(order.support_project_template_id, template)
        self.assertEqual(order.support_project_user_id, self.manager)
        self.assertEqual(order.support_project_hours, 7)

    def test_followers_are_the_customers_own_people(self):
        self.ticket.message_subscribe(
            (self.a2.partner_id | self.b1.partner_id | self.agent.partner_id).ids
        )
        order = self._convert("quotation")
        external = order.message_partner_ids.filtered("partner_share")
        self.assertEqual(external, (self.a1 | self.a2).partner_id)

    def test_nothing_internal_on_the_quotation(self):
        self.ticket.with_user(self.agent).message_post(
            body="They never pay", subtype_xmlid="mail.mt_note"
        )
        self.ticket.write({"priority_reason": "Only noise"})
        order = self._convert("quotation")
        html = self.env["ir.actions.report"]._render_qweb_html(
            "sale.report_saleorder", order.ids
        )[0]
        self.assertIn(b"Sales by region", html)
        for internal in (b"They never pay", b"Only noise", b"secret"):
            self.assertNotIn(internal, html)
        self.assertNotIn("never pay", "".join(order.message_ids.mapped("body")))

    def test_message_is_in_the_customers_language_and_formats(self):
        template = self.env.ref("omydoo_helpdesk.mail_template_conversion")
        template.with_context(
            lang="fr_FR"
        ).body_html = (
            "<p>Du <t t-out=\"format_date(ctx.get('support_date_start'))\"/></p>"
        )
        form = self._open()
        form.action = "project"
        form.date_start = "2030-03-31"
        form.date_end = "2030-06-30"
        self.assertEqual(self.project_manager.lang, "en_US")
        self.assertIn("Du 31/03/2030", form.message)

    def test_typed_message_stays(self):
        form = self._open()
        form.message = "<p>My own words</p>"
        form.hours = 4
        form.action = "project"
        self.assertIn("My own words", form.message)

    def test_incomplete_customer_is_a_warning(self):
        self.customer_a.write({"city": False, "email": False})
        warning = self._open().warning
        self.assertIn("no complete address", warning)
        self.assertIn("cannot be sent by e-mail", warning)
