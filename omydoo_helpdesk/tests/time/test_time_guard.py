# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .time_common import TimeCase


@tagged("post_install", "-at_install")
class TestTimeGuard(TimeCase):
    """What the time on a ticket is charged to is no agent's to decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls._create_pack(cls.customer_a, 10)
        cls.ticket = cls._create_ticket_out()

    def test_what_is_charged_is_not_written(self):
        line = self._log(self.ticket, 1)
        other = self._create_pack(self.customer_a, 3)
        for vals in (
            {"so_line": False},
            {"so_line": other.id},
            {"so_line": False, "is_so_line_edited": True},
            {"is_so_line_edited": True},
            {"support_pack_id": False},
            {"support_pack_id": other.id},
            {"support_charged_hours": 0.0},
            # Whose statement it is on.
            {"ticket_partner_id": self.b1.partner_id.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                line.write(vals)
        self.assertPack(self.pack, 1)

    def test_what_is_charged_is_not_given(self):
        for vals in (
            {"so_line": self.pack.id},
            {"support_pack_id": False},
            {"support_charged_hours": 0.0},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self._log(self.ticket, 1, **vals)

    def test_nothing_chosen_is_what_the_ticket_says(self):
        """A form sends what it does not show as empty, and as not edited."""
        for vals in (
            {"so_line": False},
            {"so_line": False, "is_so_line_edited": False},
            {"so_line": False, "is_so_line_edited": True},
        ):
            line = self._log(self.ticket, 1, **vals)
            self.assertEqual(line.sudo().so_line, self.pack)
        line = (
            self.env["account.analytic.line"]
            .with_user(self.agent)
            .with_context(
                default_so_line=False,
                default_is_so_line_edited=True,
                default_support_pack_id=False,
                default_support_charged_hours=0.0,
            )
            .create({"ticket_id": self.ticket.id, "name": "x", "support_real_hours": 1})
        )
        self.assertEqual(line.sudo().so_line, self.pack)
        self.assertAlmostEqual(line.support_charged_hours, 1)
        self.assertPack(self.pack, 4)

    def test_written_back_as_read(self):
        line = self._log(self.ticket, 1)
        line.write({"so_line": self.pack.id, "name": "More words"})
        self.assertEqual(line.name, "More words")
        self.assertFalse(line.sudo().is_so_line_edited)

    def test_project_manager_decides(self):
        other = self._create_pack(self.customer_a, 3)
        line = self._log(self.ticket, 1).with_user(self.project_manager)
        line.so_line = other
        self.assertPack(other, 1)
        line.so_line = False
        self.env.flush_all()
        self.assertFalse(line.so_line)
        self.assertPack(other, 0)
        self.assertPack(self.pack, 0)
