# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .cover_common import ACME_CODE as CODE
from .cover_common import ACME_MANIFEST as MANIFEST
from .cover_common import ACME_MODULE as MODULE
from .cover_common import CoverCase


@tagged("post_install", "-at_install")
class TestModuleCountWizard(CoverCase):
    """From a zip file to the register, by way of a preview."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_24)
        cls.salesperson = new_test_user(
            cls.env,
            "support_sales",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=cls.company.id,
        )

    def _open_wizard(self, content, filename="acme.zip", user=None, **defaults):
        return (
            self.env["support.module.count"]
            .with_user(user or self.salesperson)
            .create(
                {
                    "partner_id": self.customer_a.id,
                    "company_id": self.company.id,
                    "file": base64.b64encode(content),
                    "filename": filename,
                    **defaults,
                }
            )
        )

    def test_register_from_a_file(self):
        """Known modules are updated, new ones are added, after a preview."""
        known = self._create_module(
            self.customer_a,
            self.subscription,
            name="Acme_Fly",
            line_count=400,
            counted_on=date(2020, 1, 1),
        )
        wizard = self._open_wizard(
            self._zip(
                {
                    **MODULE,
                    "acme_swim/__manifest__.py": MANIFEST,
                    "acme_swim/swim.py": CODE * 2,
                }
            )
        )
        wizard.action_count()
        self.assertEqual(known.line_count, 400, "only a preview")
        self.assertEqual(
            [
                (line.name, line.previous_count, line.line_count, line.module_id)
                for line in wizard.line_ids
            ],
            [
                ("acme_fly", 400, 3, known),
                ("acme_swim", 0, 6, self.env["support.custom.module"]),
            ],
        )
        action = wizard.action_apply()
        modules = self.env["support.custom.module"].search(action["domain"])
        self.assertEqual(len(modules), 2)
        self.assertEqual(known.line_count, 3)
        self.assertEqual(known.version, "19.0.1.2.3")
        today = self.company._get_support_day(self.env.cr.now())
        self.assertEqual(known.counted_on, today)
        new = modules - known
        self.assertEqual(
            (new.name, new.label, new.partner_id, new.line_count, new.counted_on),
            ("acme_swim", "Acme", self.customer_a, 6, today),
        )
        self.assertFalse(new.subscription_id)

    def test_one_module(self):
        module = self._create_module(self.customer_a, name="acme_walk")
        wizard = self._open_wizard(self._zip(MODULE), module_id=module.id)
        with self.assertRaisesRegex(UserError, "acme_walk.*holds: acme_fly"):
            wizard.action_count()
        module.name = "acme_fly"
        wizard.action_count()
        wizard.action_apply()
        self.assertEqual(module.line_count, 3)

    def test_bad_file_writes_nothing(self):
        before = self.env["support.custom.module"].search([])
        wizard = self._open_wizard(b"no zip")
        with self.assertRaises(UserError):
            wizard.action_count()
        self.assertFalse(wizard.line_ids)
        with self.assertRaisesRegex(UserError, "count a file first"):
            wizard.action_apply()
        self.assertEqual(self.env["support.custom.module"].search([]), before)

    def test_wizard_form(self):
        action = self._create_module(self.customer_a).action_count_lines()
        form = Form(
            self.env["support.module.count"]
            .with_user(self.salesperson)
            .with_context(**action["context"])
        )
        self.assertEqual(form.partner_id, self.customer_a)
        with self.assertRaisesRegex(UserError, "Choose the zip file"):
            form.save().action_count()

    def test_agents_do_not_register(self):
        with self.assertRaises(AccessError):
            self._open_wizard(self._zip(MODULE), user=self.agent)

    def test_file_of_200_mb(self):
        huge = "A" * (200 * 2**20 * 4 // 3)
        with self.assertRaisesRegex(UserError, "the limit is 50.00 Mb"):
            self.env["support.module.count"].create(
                {"partner_id": self.customer_a.id, "file": huge}
            )
