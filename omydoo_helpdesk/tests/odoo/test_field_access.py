# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.fields import Command
from odoo.models import BaseModel
from odoo.tests import new_test_user, tagged

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestFieldAccess(SupportCase):
    """Which fields of a ticket are open is looked up once, and not remembered wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(cls.env, "fields_employee", "base.group_user")
        cls.tickets = cls.env["helpdesk.ticket"]

    def _find_open(self, user, operation="read"):
        tickets = self.tickets.with_user(user)
        return {
            name
            for name, field in tickets._fields.items()
            if tickets._has_field_access(field, operation)
        }

    def test_employees_are_told_what_odoo_says(self):
        for user in (self.employee, self.agent, self.manager):
            tickets = self.tickets.with_user(user)
            for operation in ("read", "write"):
                with self.subTest(user=user.login, operation=operation):
                    by_odoo = {
                        name
                        for name, field in tickets._fields.items()
                        if BaseModel._has_field_access(tickets, field, operation)
                    }
                    self.assertEqual(self._find_open(user, operation), by_odoo)

    def test_customers_are_told_what_is_theirs(self):
        for operation in ("read", "write"):
            found = self._find_open(self.a1, operation)
            self.assertIn("name", found)
            self.assertLessEqual(
                found, self.tickets._get_portal_readable_fields(), operation
            )

    def test_it_follows_the_groups(self):
        """In one transaction, and for a customer who becomes an employee and back."""
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        names = {
            name
            for name, field in self.tickets._fields.items()
            if field.groups == "helpdesk_mgmt.group_helpdesk_user_own"
        }
        self.assertTrue(names)
        self.assertFalse(names & self._find_open(self.employee))
        self.employee.group_ids = [Command.link(group.id)]
        self.assertLessEqual(names, self._find_open(self.employee))
        self.employee.group_ids = [Command.unlink(group.id)]
        self.assertFalse(names & self._find_open(self.employee))
        before = self._find_open(self.employee)
        self.employee.group_ids = [Command.set(self.env.ref("base.group_portal").ids)]
        self.assertLessEqual(
            self._find_open(self.employee), self.tickets._get_portal_readable_fields()
        )
        self.employee.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        self.assertEqual(self._find_open(self.employee), before)
