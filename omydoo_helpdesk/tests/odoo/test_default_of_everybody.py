# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestDefaultOfEverybody(TransactionCase):
    """What is kept of the defaults is what Odoo would read each time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.defaults = cls.env["ir.default"].sudo()

    def _get(self, name="function", **whose):
        return self.defaults._get("res.partner", name, **whose)

    def test_it_follows_each_change(self):
        self.assertIsNone(self._get())
        self.defaults.set("res.partner", "function", "Pilot")
        self.assertEqual(self._get(), "Pilot")
        self.defaults.set("res.partner", "function", "Captain")
        self.assertEqual(self._get(), "Captain")
        self.defaults.search([("json_value", "=", '"Captain"')]).unlink()
        self.assertIsNone(self._get())

    def test_it_is_asked_once(self):
        self.defaults.set("res.partner", "function", "Pilot")
        self._get()
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            self.assertEqual(self._get(), "Pilot")

    def test_of_one_user_or_company_is_theirs(self):
        user = new_test_user(self.env, "default_user", "base.group_user")
        self.defaults.set("res.partner", "function", "Pilot")
        self.defaults.set("res.partner", "function", "Cook", user_id=user.id)
        self.defaults.set(
            "res.partner", "function", "Mate", company_id=self.env.company.id
        )
        self.defaults.set("res.partner", "function", "Boy", condition="a=1")
        self.assertEqual(self._get(), "Pilot")
        self.assertEqual(self._get(user_id=user.id), "Cook")
        self.assertEqual(self._get(company_id=self.env.company.id), "Mate")
        self.assertEqual(self._get(condition="a=1"), "Boy")

    def test_what_is_kept_is_nobody_s_to_change(self):
        self.defaults.set("res.partner", "category_id", [1, 2])
        self._get("category_id").append(3)
        self.assertEqual(self._get("category_id"), [1, 2])
