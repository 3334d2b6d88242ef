# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestTimeUnits(SupportCase):
    """Which units are a time is looked up once, and not remembered wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hour = cls.env.ref("uom.product_uom_hour")
        cls.unit = cls.env.ref("uom.product_uom_unit")

    def _find(self):
        return self.env["sale.order.line"]._get_time_units()

    def test_it_is_asked_once(self):
        self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_hour")
        found = self._find()
        self.assertIn(self.hour, found)
        self.assertIn(self.env.ref("uom.product_uom_day"), found)
        self.assertNotIn(self.unit, found)
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            self.assertEqual(self._find(), found)

    def test_it_follows_the_units(self):
        before = self._find()
        half_day, crate = self.env["uom.uom"].create(
            [
                {
                    "name": name,
                    "relative_factor": 4,
                    "relative_uom_id": reference.id,
                }
                for name, reference in (("Half day", self.hour), ("Crate", self.unit))
            ]
        )
        self.assertEqual(self._find(), before + half_day)
        half_day.active = False
        self.assertIn(half_day, self._find())
        half_day.relative_uom_id = self.unit
        self.assertEqual(self._find(), before)
        half_day.relative_uom_id = self.hour
        self.assertIn(half_day, self._find())
        half_day.unlink()
        self.assertEqual(self._find(), before)
        self.assertNotIn(crate, self._find())
